//! The body of a request, with the keys that DSPy's own client sends, in its order.

use dspex_signature::{Fields, Role};
use serde::Serialize;
use serde_json::{Map, Value as Json, json};

use crate::llm::openai::chat::{compact, named_choice};
use crate::llm::{
    CompletionRequest, Media, MediaSource, Message, Part, ResponseFormat, Sampling, ToolSpec,
    effort, json,
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

/// Parameters that DSPy leaves out, for this API has none of them.
const LEFT_OUT: [&str; 4] = ["seed", "presence_penalty", "frequency_penalty", "logprobs"];

/// Parameters that have another name here.
const RENAMED: [(&str, &str); 1] = [("user", "safety_identifier")];

impl<'a> Body<'a> {
    /// # Errors
    /// The name of a parameter that JSON or this API cannot carry, and why.
    pub(super) fn new(
        model: &'a str,
        request: &'a CompletionRequest,
        defaults: &Sampling,
        is_streamed: bool,
    ) -> Result<Self, String> {
        let sampling = &request.sampling;
        let mut parameters = Map::new();
        if let Some(max_tokens) = sampling.max_tokens.or(defaults.max_tokens) {
            parameters.insert("max_output_tokens".to_owned(), max_tokens.into());
        }
        if let Some(temperature) = sampling.temperature.or(defaults.temperature) {
            parameters.insert("temperature".to_owned(), temperature.into());
        }
        parameters.extend(named(&defaults.extra)?);
        parameters.extend(named(&sampling.extra)?);
        let parallel = parameters.shift_remove("parallel_tool_calls");
        let effort = parameters.shift_remove(effort::PARAMETER);
        let last = RENAMED.map(|(_, name)| (name, parameters.shift_remove(name)));
        if parameters.contains_key("top_logprobs") {
            let include = json!(["message.output_text.logprobs"]);
            parameters.insert("include".to_owned(), include);
        }
        parameters.extend(tools(request)?);
        let format = request.response_format.as_ref().map(text_format).transpose()?;
        let more = [
            ("parallel_tool_calls", parallel),
            ("text", format.map(|format| json!({ "format": format }))),
            ("reasoning", effort.map(|effort| json!({ "effort": effort }))),
        ];
        for (name, value) in more.into_iter().chain(last) {
            if let Some(value) = value {
                parameters.insert(name.to_owned(), value);
            }
        }
        let (first, rest) = match request.messages.split_first() {
            Some((first, rest)) if first.role == Role::System => (Some(first), rest),
            _ => (None, &request.messages[..]),
        };
        Ok(Self {
            model,
            input: rest.iter().flat_map(items).collect(),
            stream: is_streamed,
            instructions: first.map(|message| message.text().into_owned()),
            parameters,
        })
    }
}

fn named(extra: &Fields) -> Result<Map<String, Json>, String> {
    let mut parameters = json::parameters(extra)?;
    for name in LEFT_OUT {
        parameters.shift_remove(name);
    }
    if parameters.contains_key("stop") {
        return Err("the responses API has no parameter `stop`".to_owned());
    }
    for (name, own) in RENAMED {
        if let Some(value) = parameters.shift_remove(name) {
            parameters.insert(own.to_owned(), value);
        }
    }
    Ok(parameters)
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
        Part::Audio(audio) => {
            let format = audio.type_or("audio/wav").rsplit('/').next().unwrap_or_default();
            let data = match &audio.source {
                MediaSource::Base64(data) => data,
                MediaSource::Url(url) => url,
            };
            json!({ "type": "input_audio", "input_audio": { "data": data, "format": format } })
        }
        Part::ToolCall(_) | Part::ToolResult(_) => return None,
    })
}

fn file(document: &Media) -> Json {
    let mut file = match &document.source {
        MediaSource::Base64(_) => {
            let data = document.address("application/pdf");
            json!({ "type": "input_file", "file_data": data })
        }
        MediaSource::Url(url) => json!({ "type": "input_file", "file_url": url }),
    };
    if let Some(name) = &document.name {
        file["filename"] = name.as_str().into();
    }
    file
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

    #[test]
    fn what_the_api_has_not_is_refused() {
        let extra = fields! { "stop" => vec!["x"] };
        let request = CompletionRequest::new([Message::user("Q")])
            .with_sampling(Sampling { extra, ..Sampling::default() });
        let error = Body::new("m", &request, &Sampling::default(), false).err().unwrap();
        assert_eq!(error, "the responses API has no parameter `stop`");
    }
}
