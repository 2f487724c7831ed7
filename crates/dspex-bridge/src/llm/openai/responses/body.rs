//! The body of a request, with the keys that DSPy's own client sends, in its order.

use dspex_signature::{Fields, Role};
use serde::Serialize;
use serde_json::{Map, Value as Json, json};

use crate::llm::openai::chat::{compact, named_choice};
use crate::llm::openai::in_order;
use crate::llm::{
    CompletionRequest, Media, MediaSource, Message, Part, ResponseFormat, Sampling, ToolSpec,
    effort, json, stops,
};

/// The body of one request.
#[derive(Serialize)]
pub struct Body<'a> {
    model: &'a str,
    input: Vec<Json>,
    stream: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    instructions: Option<String>,
    #[serde(flatten)]
    parameters: Map<String, Json>,
}

/// Parameters that DSPy leaves out, for this API has none of them. Answers are ended at a `stop` where
/// they are read.
const LEFT_OUT: [&str; 5] =
    ["seed", "presence_penalty", "frequency_penalty", "top_k", stops::PARAMETER];

/// Parameters that have another name here.
const RENAMED: [(&str, &str); 2] =
    [("user", "safety_identifier"), ("max_completion_tokens", MAX_TOKENS)];

/// Where parameters stand; others stand behind them, as they were given.
///
/// Source: the order in which DSPy 3.4.1 sent them, whatever the order in which it was told.
#[rustfmt::skip]
const ORDER: [&str; 15] = [
    MAX_TOKENS, "temperature", "top_p", TOP_LOGPROBS, "include", "tools", "tool_choice", PARALLEL,
    "text", "reasoning", "prompt_cache_key", "prompt_cache_retention", "service_tier",
    "safety_identifier", "store",
];
const MAX_TOKENS: &str = "max_output_tokens";
const PARALLEL: &str = "parallel_tool_calls";
const TOP_LOGPROBS: &str = "top_logprobs";

impl<'a> Body<'a> {
    /// # Errors
    /// The name of a parameter that JSON or this API cannot carry, and why.
    pub(super) fn new(
        model: &'a str,
        request: &'a CompletionRequest,
        defaults: &Sampling,
        is_streamed: bool,
    ) -> Result<Self, String> {
        let (first, rest) = match request.messages.split_first() {
            Some((first, rest)) if first.role == Role::System => (Some(first), rest),
            _ => (None, &request.messages[..]),
        };
        Ok(Self {
            model,
            input: rest.iter().flat_map(items).collect(),
            stream: is_streamed,
            instructions: first.map(|message| message.text().into_owned()),
            parameters: in_order(parameters(request, defaults)?, &ORDER),
        })
    }
}

/// The parameters under this API's names.
fn parameters(
    request: &CompletionRequest,
    defaults: &Sampling,
) -> Result<Map<String, Json>, String> {
    let sampling = &request.sampling;
    let mut parameters = Map::new();
    if let Some(max_tokens) = sampling.max_tokens.or(defaults.max_tokens) {
        parameters.insert(MAX_TOKENS.to_owned(), max_tokens.into());
    }
    if let Some(temperature) = sampling.temperature.or(defaults.temperature) {
        parameters.insert("temperature".to_owned(), temperature.into());
    }
    parameters.extend(named(&defaults.extra)?);
    parameters.extend(named(&sampling.extra)?);
    if parameters.shift_remove("logprobs") == Some(true.into()) {
        parameters.entry(TOP_LOGPROBS).or_insert_with(|| 0.into());
    }
    if parameters.contains_key(TOP_LOGPROBS) {
        parameters.entry("include").or_insert_with(|| json!(["message.output_text.logprobs"]));
    }
    parameters.extend(tools(request)?);
    if parameters.contains_key(PARALLEL) {
        parameters.entry("tool_choice").or_insert_with(|| "auto".into());
    }
    let given = parameters.shift_remove("response_format").map(flat);
    let asked = request.response_format.as_ref().map(text_format).transpose()?;
    if let Some(format) = asked.or(given) {
        let text = parameters.entry("text").or_insert_with(|| json!({}));
        let text = text.as_object_mut().ok_or("parameter `text` is not an object")?;
        text.insert("format".to_owned(), format);
    }
    if let Some(effort) = parameters.shift_remove(effort::PARAMETER) {
        parameters.entry("reasoning").or_insert_with(|| json!({ "effort": effort }));
    }
    Ok(parameters)
}

fn named(extra: &Fields) -> Result<Map<String, Json>, String> {
    let mut parameters = json::parameters(extra)?;
    for name in LEFT_OUT {
        parameters.shift_remove(name);
    }
    for (name, own) in RENAMED {
        if let Some(value) = parameters.shift_remove(name) {
            parameters.insert(own.to_owned(), value);
        }
    }
    Ok(parameters)
}

/// A form of answers as chat completions have it, with all its parts beside each other.
fn flat(mut format: Json) -> Json {
    let Some(parts) = format.as_object_mut().and_then(|format| format.shift_remove("json_schema"))
    else {
        return format;
    };
    if let (Some(format), Json::Object(parts)) = (format.as_object_mut(), parts) {
        format.extend(parts);
    }
    format
}

/// A message as items of the input: what it says, then the tools it calls, then what tools gave.
fn items(message: &Message) -> Vec<Json> {
    let role = match message.role {
        Role::System => "developer",
        role => role.name(),
    };
    let content: Vec<Json> =
        message.parts.iter().filter_map(|part| said(part, message.role)).collect();
    let said = (!content.is_empty()).then(|| json!({ "role": role, "content": content }));
    let others = message.parts.iter().filter_map(|part| match part {
        Part::ToolCall(call) => Some(json!({
            "type": "function_call", "call_id": call.id, "name": call.name,
            "arguments": compact(&call.arguments),
        })),
        Part::ToolResult(result) => Some(json!({
            "type": "function_call_output", "call_id": result.id, "output": result.content,
        })),
        _ => None,
    });
    said.into_iter().chain(others).collect()
}

fn said(part: &Part, role: Role) -> Option<Json> {
    Some(match part {
        Part::Text(text) if role == Role::Assistant => {
            json!({ "type": "output_text", "text": text })
        }
        Part::Text(text) => json!({ "type": "input_text", "text": text }),
        Part::Image(image) => {
            json!({ "type": "input_image", "image_url": image.address("image/png") })
        }
        Part::Document(document) => file(document),
        Part::Audio(audio) => sound(audio),
        Part::ToolCall(_) | Part::ToolResult(_) => return None,
    })
}

fn sound(audio: &Media) -> Json {
    let data = match &audio.source {
        MediaSource::Base64(data) => data,
        MediaSource::Url(url) => return json!({ "type": "input_audio", "audio_url": url }),
    };
    let format = match kind(audio.type_or("audio/wav")) {
        "mpeg" => "mp3",
        format => format,
    };
    json!({ "type": "input_audio", "audio": data, "format": format })
}

fn file(document: &Media) -> Json {
    if let MediaSource::Url(url) = &document.source {
        return json!({ "type": "input_file", "file_url": url });
    }
    let usual = "application/pdf";
    let name = match &document.name {
        Some(name) => name.clone(),
        None => {
            // `image/svg+xml` is an `svg`.
            let kind = kind(document.type_or(usual)).split('+').next().unwrap_or_default();
            format!("file.{kind}")
        }
    };
    json!({ "type": "input_file", "filename": name, "file_data": document.address(usual) })
}

/// What stands behind the `/` of a type.
fn kind(media_type: &str) -> &str {
    media_type.split_once('/').map_or(media_type, |(_, kind)| kind)
}

fn tools(request: &CompletionRequest) -> Result<Map<String, Json>, String> {
    let mut parameters = Map::new();
    if !request.tools.is_empty() {
        let tools: Vec<Json> = request.tools.iter().map(tool).collect::<Result<_, _>>()?;
        parameters.insert("tools".to_owned(), tools.into());
    }
    if let Some(choice) = &request.tool_choice {
        let choice = named_choice(choice);
        let choice =
            choice.map_or_else(|name| json!({ "type": "function", "name": name }), Json::from);
        parameters.insert("tool_choice".to_owned(), choice);
    }
    Ok(parameters)
}

fn tool(tool: &ToolSpec) -> Result<Json, String> {
    let ToolSpec { name, description, parameters } = tool;
    let schema = json::json(parameters).map_err(|why| format!("tool `{name}` {why}"))?;
    Ok(json!({
        "type": "function", "name": name, "description": description, "parameters": schema,
    }))
}

fn text_format(format: &ResponseFormat) -> Result<Json, String> {
    Ok(match format {
        ResponseFormat::JsonObject => json!({ "type": "json_object" }),
        ResponseFormat::JsonSchema { name, schema } => {
            let schema = json::json(schema).map_err(|why| format!("schema `{name}` {why}"))?;
            json!({ "type": "json_schema", "name": name, "schema": schema, "strict": true })
        }
    })
}

#[cfg(test)]
mod tests {
    use dspex_signature::{Value, fields};

    use super::*;
    use crate::llm::{ToolCall, ToolChoice};

    #[track_caller]
    fn sends(request: &CompletionRequest, expected: &str) {
        let body = Body::new("gpt-4o-mini", request, &Sampling::default(), false).unwrap();
        assert_eq!(serde_json::to_string(&body).unwrap(), expected);
    }

    // Recorded of DSPy 3.4.1, which sent these bodies to a server of this machine.
    #[test]
    fn a_body_is_what_dspy_sends() {
        let schema = |text| Value::from_json(text).unwrap();
        let add = || {
            ToolSpec::new(
                "add",
                "Adds.",
                schema(
                    r#"{"type":"object","properties":{"a":{"type":"integer"}},"required":["a"]}"#,
                ),
            )
        };
        let calls = [ToolCall::new("c1", "add", r#"{"a": 1}"#), ToolCall::new("c2", "add", "{}")];
        let results = [calls[0].result("2"), calls[1].result("3")];
        let said = calls.into_iter().map(Part::ToolCall);
        let said = said.fold(Message::assistant("Let me."), Message::part);
        let mut request = CompletionRequest::new([
            Message::user("Q"),
            said,
            Message::results(results),
            Message::user("And?"),
        ])
        .with_tools([add()])
        .with_tool_choice(ToolChoice::Auto)
        .with_response_format(ResponseFormat::JsonSchema {
            name: "Out".to_owned(),
            schema: schema(r#"{"type":"object","additionalProperties":false}"#),
        });
        request.sampling = Sampling {
            temperature: Some(0.5),
            max_tokens: Some(100),
            extra: fields! { "top_p" => 0.9 },
        };
        sends(
            &request,
            r#"{"model":"gpt-4o-mini","input":[{"role":"user","content":[{"type":"input_text","text":"Q"}]},{"role":"assistant","content":[{"type":"output_text","text":"Let me."}]},{"type":"function_call","call_id":"c1","name":"add","arguments":"{\"a\":1}"},{"type":"function_call","call_id":"c2","name":"add","arguments":"{}"},{"type":"function_call_output","call_id":"c1","output":"2"},{"type":"function_call_output","call_id":"c2","output":"3"},{"role":"user","content":[{"type":"input_text","text":"And?"}]}],"stream":false,"max_output_tokens":100,"temperature":0.5,"top_p":0.9,"tools":[{"type":"function","name":"add","description":"Adds.","parameters":{"type":"object","properties":{"a":{"type":"integer"}},"required":["a"]}}],"tool_choice":"auto","text":{"format":{"type":"json_schema","name":"Out","schema":{"type":"object","additionalProperties":false},"strict":true}}}"#,
        );
        let mut request = CompletionRequest::new([
            Message::system("S1"),
            Message::system("S2"),
            Message::user("See")
                .image(Media::url("data:image/png;base64,aGk="))
                .image(Media::url("https://x.test/a.png")),
        ])
        .with_tools([add()])
        .with_tool_choice(ToolChoice::Tool("add".to_owned()));
        request.sampling.extra = fields! {
            "seed" => 3, "presence_penalty" => 0.1, "user" => "u", "logprobs" => true,
            "top_logprobs" => 2, "parallel_tool_calls" => false, "reasoning_effort" => "low",
        };
        sends(
            &request,
            r#"{"model":"gpt-4o-mini","input":[{"role":"developer","content":[{"type":"input_text","text":"S2"}]},{"role":"user","content":[{"type":"input_text","text":"See"},{"type":"input_image","image_url":"data:image/png;base64,aGk="},{"type":"input_image","image_url":"https://x.test/a.png"}]}],"stream":false,"instructions":"S1","top_logprobs":2,"include":["message.output_text.logprobs"],"tools":[{"type":"function","name":"add","description":"Adds.","parameters":{"type":"object","properties":{"a":{"type":"integer"}},"required":["a"]}}],"tool_choice":{"type":"function","name":"add"},"parallel_tool_calls":false,"reasoning":{"effort":"low"},"safety_identifier":"u"}"#,
        );
    }

    fn with(extra: Fields) -> CompletionRequest {
        let sampling = Sampling { extra, ..Sampling::default() };
        CompletionRequest::new([Message::user("Q")]).with_sampling(sampling)
    }

    #[track_caller]
    fn sends_parameters(extra: Fields, expected: &str) {
        let said = r#"{"role":"user","content":[{"type":"input_text","text":"Q"}]}"#;
        let before = format!(r#"{{"model":"gpt-4o-mini","input":[{said}],"stream":false"#);
        sends(&with(extra), &format!("{before}{expected}}}"));
    }

    // Recorded of DSPy 3.4.1 as well.
    #[test]
    fn each_parameter_is_sent_as_dspy_sends_it() {
        for name in ["seed", "presence_penalty", "frequency_penalty", "top_k", "stop", "rollout_id"]
        {
            sends_parameters(fields! { name => 3 }, "");
        }
        let include = r#""include":["message.output_text.logprobs"]"#;
        let scored = format!(r#","top_logprobs":0,{include}"#);
        sends_parameters(fields! { "logprobs" => true }, &scored);
        sends_parameters(fields! { "logprobs" => false }, "");
        sends_parameters(fields! { "max_completion_tokens" => 7 }, r#","max_output_tokens":7"#);
        let parallel = r#","tool_choice":"auto","parallel_tool_calls":true"#;
        sends_parameters(fields! { "parallel_tool_calls" => true }, parallel);
        sends_parameters(
            fields! { "reasoning_effort" => "none" },
            r#","reasoning":{"effort":"none"}"#,
        );
        sends_parameters(
            fields! {
                "verbosity" => "low", "store" => true, "user" => "u", "service_tier" => "flex",
                "prompt_cache_retention" => "24h", "prompt_cache_key" => "k",
                "metadata" => fields! { "a" => "b" }, "top_logprobs" => 1, "logprobs" => true,
            },
            &format!(
                r#","top_logprobs":1,{include},"prompt_cache_key":"k","prompt_cache_retention":"24h","service_tier":"flex","safety_identifier":"u","store":true,"verbosity":"low","metadata":{{"a":"b"}}"#
            ),
        );
        let schema =
            r#"{"type":"json_schema","json_schema":{"name":"O","schema":{},"strict":true}}"#;
        sends_parameters(
            fields! { "response_format" => Value::from_json(schema).unwrap() },
            r#","text":{"format":{"type":"json_schema","name":"O","schema":{},"strict":true}}"#,
        );
    }

    // A file that has a name goes through another client in DSPy, which adds `"file_id": null`.
    #[test]
    fn sounds_and_files_are_sent_as_dspy_sends_them() {
        let pdf = || Media::bytes("application/pdf", "hi");
        sends(
            &CompletionRequest::new([Message::user("Hear")
                .part(Part::Audio(Media::bytes("audio/mpeg", "hi")))
                .part(Part::Document(pdf()))
                .part(Part::Document(pdf().named("a.pdf")))
                .part(Part::Document(Media::url("https://x.test/a.pdf")))]),
            r#"{"model":"gpt-4o-mini","input":[{"role":"user","content":[{"type":"input_text","text":"Hear"},{"type":"input_audio","audio":"aGk=","format":"mp3"},{"type":"input_file","filename":"file.pdf","file_data":"data:application/pdf;base64,aGk="},{"type":"input_file","filename":"a.pdf","file_data":"data:application/pdf;base64,aGk="},{"type":"input_file","file_url":"https://x.test/a.pdf"}]}],"stream":false}"#,
        );
    }
}
