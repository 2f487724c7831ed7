//! The body of a chat completion's request, with the keys that DSPy's own client sends.

use std::borrow::Cow;

use dspex_signature::Role;
use serde::Serialize;
use serde_json::{Map, Value as Json, json};

use crate::llm::{
    CompletionRequest, Media, MediaSource, Message, Part, ResponseFormat, Sampling, ToolCall,
    ToolChoice, ToolSpec, json,
};

/// The body of one request, in DSPy's order.
#[derive(Serialize)]
pub struct Body<'a> {
    pub(in crate::llm) model: &'a str,
    pub(in crate::llm) messages: Vec<Said<'a>>,
    #[serde(flatten)]
    pub(in crate::llm) parameters: Map<String, Json>,
}

/// One message on the wire.
#[derive(Serialize)]
#[serde(untagged)]
pub(in crate::llm) enum Said<'a> {
    Text { role: &'static str, content: &'a str },
    More(Json),
}

/// Parameters that stand behind the tools.
const LAST: [&str; 4] = ["parallel_tool_calls", "response_format", "reasoning_effort", "user"];

impl<'a> Body<'a> {
    /// The body for `request`; what it leaves open is taken from `defaults`, the model's own.
    ///
    /// # Errors
    /// The name of a parameter that JSON cannot carry, and why.
    pub(in crate::llm) fn new(
        model: &'a str,
        request: &'a CompletionRequest,
        defaults: &Sampling,
        max_tokens_field: &str,
        is_streamed: bool,
    ) -> Result<Self, String> {
        let sampling = &request.sampling;
        let mut parameters = Map::new();
        if is_streamed {
            parameters.insert("stream".to_owned(), true.into());
            parameters.insert("stream_options".to_owned(), json!({ "include_usage": true }));
        }
        if let Some(max_tokens) = sampling.max_tokens.or(defaults.max_tokens) {
            parameters.insert(max_tokens_field.to_owned(), max_tokens.into());
        }
        if let Some(temperature) = sampling.temperature.or(defaults.temperature) {
            parameters.insert("temperature".to_owned(), temperature.into());
        }
        parameters.extend(json::parameters(&defaults.extra)?);
        parameters.extend(json::parameters(&sampling.extra)?);
        let last = LAST.map(|name| (name, parameters.shift_remove(name)));
        parameters.extend(tools(request)?);
        for (name, value) in last {
            let format = request.response_format.as_ref().filter(|_| name == "response_format");
            if let Some(value) = format.map(response_format).transpose()?.or(value) {
                parameters.insert(name.to_owned(), value);
            }
        }
        let messages = request.messages.iter().flat_map(said).collect();
        Ok(Self { model, messages, parameters })
    }
}

/// A message, or several: each result of a tool is one of its own.
fn said(message: &Message) -> Vec<Said<'_>> {
    let role = message.role.name();
    if let Some(content) = message.only_text() {
        return vec![Said::Text { role, content }];
    }
    let mut said: Vec<Said> = message.parts.iter().filter_map(result).collect();
    let calls = message.parts.iter().filter_map(|part| match part {
        Part::ToolCall(call) => Some(tool_call(call)),
        _ => None,
    });
    let calls: Vec<Json> = calls.collect();
    if message.role == Role::Assistant && !calls.is_empty() {
        let text = Some(message.text()).filter(|text| !text.is_empty());
        said.push(Said::More(json!({ "role": role, "content": text, "tool_calls": calls })));
        return said;
    }
    let parts: Vec<Json> = message.parts.iter().filter_map(content).collect();
    if !parts.is_empty() {
        said.push(Said::More(json!({ "role": role, "content": parts })));
    }
    said
}

fn result(part: &Part) -> Option<Said<'_>> {
    let Part::ToolResult(result) = part else { return None };
    let said = json!({ "role": "tool", "tool_call_id": result.id, "content": result.content });
    Some(Said::More(said))
}

fn tool_call(call: &ToolCall) -> Json {
    let function = json!({ "name": call.name, "arguments": compact(&call.arguments) });
    json!({ "id": call.id, "type": "function", "function": function })
}

/// JSON without white space, as DSPy's client writes it; what is no JSON as it is.
pub(in crate::llm) fn compact(text: &str) -> Cow<'_, str> {
    match serde_json::from_str::<Json>(text) {
        Ok(json) => json.to_string().into(),
        Err(_) => text.into(),
    }
}

fn content(part: &Part) -> Option<Json> {
    Some(match part {
        Part::Text(text) => json!({ "type": "text", "text": text }),
        Part::Image(image) => {
            json!({ "type": "image_url", "image_url": { "url": image.address("image/png") } })
        }
        Part::Audio(audio) => json!({ "type": "input_audio", "input_audio": sound(audio) }),
        Part::Document(document) => json!({ "type": "file", "file": file(document) }),
        Part::ToolCall(_) | Part::ToolResult(_) => return None,
    })
}

fn sound(audio: &Media) -> Json {
    let media_type = audio.type_or("audio/wav");
    let format = media_type.rsplit('/').next().unwrap_or_default();
    match &audio.source {
        MediaSource::Base64(data) => json!({ "data": data, "format": format }),
        MediaSource::Url(url) => json!({ "url": url, "format": format }),
    }
}

fn file(document: &Media) -> Json {
    let key = match document.source {
        MediaSource::Base64(_) => "file_data",
        MediaSource::Url(_) => "file_url",
    };
    let mut file = json!({ key: document.address("application/pdf") });
    if let Some(name) = &document.name {
        file["filename"] = name.as_str().into();
    }
    file
}

/// The tools and whether one is called; nothing where there are none.
fn tools(request: &CompletionRequest) -> Result<Map<String, Json>, String> {
    let mut parameters = Map::new();
    if !request.tools.is_empty() {
        let tools: Vec<Json> = request.tools.iter().map(tool).collect::<Result<_, _>>()?;
        parameters.insert("tools".to_owned(), tools.into());
    }
    if let Some(choice) = &request.tool_choice {
        let choice = named_choice(choice).map_or_else(
            |name| json!({ "type": "function", "function": { "name": name } }),
            Json::from,
        );
        parameters.insert("tool_choice".to_owned(), choice);
    }
    Ok(parameters)
}

/// OpenAI's word for a choice, or the name of the one tool.
pub(in crate::llm) fn named_choice(choice: &ToolChoice) -> Result<&'static str, &str> {
    match choice {
        ToolChoice::Auto => Ok("auto"),
        ToolChoice::None => Ok("none"),
        ToolChoice::Required => Ok("required"),
        ToolChoice::Tool(name) => Err(name),
    }
}

fn tool(tool: &ToolSpec) -> Result<Json, String> {
    let ToolSpec { name, description, parameters } = tool;
    let parameters = json::json(parameters).map_err(|why| format!("tool `{name}` {why}"))?;
    let function = json!({ "name": name, "description": description, "parameters": parameters });
    Ok(json!({ "type": "function", "function": function }))
}

fn response_format(format: &ResponseFormat) -> Result<Json, String> {
    Ok(match format {
        ResponseFormat::JsonObject => json!({ "type": "json_object" }),
        ResponseFormat::JsonSchema { name, schema } => {
            let schema = json::json(schema).map_err(|why| format!("schema `{name}` {why}"))?;
            let named = json!({ "name": name, "schema": schema, "strict": true });
            json!({ "type": "json_schema", "json_schema": named })
        }
    })
}

#[cfg(test)]
mod tests {
    use dspex_signature::{Value, fields};

    use super::*;

    #[track_caller]
    fn sends(request: &CompletionRequest, defaults: &Sampling, expected: &str) {
        let body = Body::new("gpt-4o-mini", request, defaults, "max_completion_tokens", false);
        assert_eq!(serde_json::to_string(&body.unwrap()).unwrap(), expected);
    }

    #[test]
    fn a_body_holds_what_was_asked_for_and_nothing_else() {
        let mut request = CompletionRequest::new([Message::user("Hello \u{1F44B}")]);
        sends(
            &request,
            &Sampling::default(),
            r#"{"model":"gpt-4o-mini","messages":[{"role":"user","content":"Hello 👋"}]}"#,
        );
        let defaults = Sampling { temperature: Some(0.9), max_tokens: Some(99), extra: fields! {} };
        request.messages.clear();
        request.sampling.temperature = Some(1.0);
        request.sampling.extra = fields! { "seed" => 7 };
        sends(
            &request,
            &defaults,
            r#"{"model":"gpt-4o-mini","messages":[],"max_completion_tokens":99,"temperature":1.0,"seed":7}"#,
        );
    }

    // Recorded of DSPy 3.4.1, which sent these bodies to a server of this machine.
    #[test]
    fn parts_are_sent_as_dspy_sends_them() {
        let request = CompletionRequest::new([
            Message::user("See")
                .image(Media::url("data:image/png;base64,aGk="))
                .image(Media::url("https://x.test/a.png")),
            Message::user("Hear").part(Part::Audio(Media::bytes("audio/wav", "hi"))),
            Message::user("Read")
                .part(Part::Document(Media::bytes("application/pdf", "hi").named("a.pdf"))),
        ]);
        sends(
            &request,
            &Sampling::default(),
            r#"{"model":"gpt-4o-mini","messages":[{"role":"user","content":[{"type":"text","text":"See"},{"type":"image_url","image_url":{"url":"data:image/png;base64,aGk="}},{"type":"image_url","image_url":{"url":"https://x.test/a.png"}}]},{"role":"user","content":[{"type":"text","text":"Hear"},{"type":"input_audio","input_audio":{"data":"aGk=","format":"wav"}}]},{"role":"user","content":[{"type":"text","text":"Read"},{"type":"file","file":{"file_data":"data:application/pdf;base64,aGk=","filename":"a.pdf"}}]}]}"#,
        );
    }

    #[test]
    fn tools_and_formats_are_sent_as_dspy_sends_them() {
        let schema = |text| Value::from_json(text).unwrap();
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
        .with_tools([ToolSpec::new(
            "add",
            "Adds.",
            schema(
                r#"{"type":"object","properties":{"a":{"type":"integer"}},"required":["a"]}"#,
            ),
        )])
        .with_tool_choice(ToolChoice::Auto)
        .with_response_format(ResponseFormat::JsonSchema {
            name: "Out".to_owned(),
            schema: schema(
                r#"{"type":"object","properties":{"a":{"type":"integer"}},"required":["a"],"additionalProperties":false}"#,
            ),
        });
        request.sampling = Sampling {
            temperature: Some(0.5),
            max_tokens: Some(100),
            extra: fields! { "top_p" => 0.9, "stop" => vec!["x"] },
        };
        sends(
            &request,
            &Sampling::default(),
            r#"{"model":"gpt-4o-mini","messages":[{"role":"user","content":"Q"},{"role":"assistant","content":"Let me.","tool_calls":[{"id":"c1","type":"function","function":{"name":"add","arguments":"{\"a\":1}"}},{"id":"c2","type":"function","function":{"name":"add","arguments":"{}"}}]},{"role":"tool","tool_call_id":"c1","content":"2"},{"role":"tool","tool_call_id":"c2","content":"3"},{"role":"user","content":"And?"}],"max_completion_tokens":100,"temperature":0.5,"top_p":0.9,"stop":["x"],"tools":[{"type":"function","function":{"name":"add","description":"Adds.","parameters":{"type":"object","properties":{"a":{"type":"integer"}},"required":["a"]}}}],"tool_choice":"auto","response_format":{"type":"json_schema","json_schema":{"name":"Out","schema":{"type":"object","properties":{"a":{"type":"integer"}},"required":["a"],"additionalProperties":false},"strict":true}}}"#,
        );
        let mut request = CompletionRequest::new([Message::user("Q")])
            .with_tool_choice(ToolChoice::Tool("add".to_owned()));
        request.sampling.extra =
            fields! { "parallel_tool_calls" => false, "reasoning_effort" => "low", "seed" => 3 };
        sends(
            &request,
            &Sampling::default(),
            r#"{"model":"gpt-4o-mini","messages":[{"role":"user","content":"Q"}],"seed":3,"tool_choice":{"type":"function","function":{"name":"add"}},"parallel_tool_calls":false,"reasoning_effort":"low"}"#,
        );
    }
}
