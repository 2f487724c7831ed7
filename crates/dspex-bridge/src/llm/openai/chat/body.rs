//! The body of a chat completion's request, with the keys that DSPy's own client sends.

use std::borrow::Cow;

use dspex_signature::Role;
use serde::Serialize;
use serde_json::{Map, Value as Json, json};

use super::habits::Habits;
use crate::llm::openai::in_order;
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

/// What differs between the servers of this protocol.
#[derive(Clone, Copy, Debug)]
pub(in crate::llm) struct Dialect {
    /// What the limit on an answer's tokens is called.
    pub(in crate::llm) max_tokens_field: &'static str,
    /// What else it calls otherwise; `None` where messages and parameters go out as they are. DSPy's own
    /// client writes them anew, and asks Azure through another one, which does not.
    pub(in crate::llm) habits: Option<Habits>,
}

impl Dialect {
    const fn is_verbatim(self) -> bool {
        self.habits.is_none()
    }
}

/// Where parameters stand; others stand behind them, as they were given.
///
/// Source: the order in which DSPy 3.4.1 sent them, whatever the order in which it was told.
#[rustfmt::skip]
const ORDER: [&str; 22] = [
    "stream", "stream_options", "max_completion_tokens", "max_tokens", "temperature", "top_p", "seed",
    "frequency_penalty", "presence_penalty", "stop", "logprobs", "top_logprobs", "tools", TOOL_CHOICE,
    PARALLEL, "response_format", "reasoning_effort", "prompt_cache_key", "prompt_cache_retention",
    "service_tier", "user", "store",
];
const PARALLEL: &str = "parallel_tool_calls";
const TOOL_CHOICE: &str = "tool_choice";

impl<'a> Body<'a> {
    /// The body for `request`; what it leaves open is taken from `defaults`, the model's own.
    ///
    /// # Errors
    /// The name of a parameter that JSON cannot carry, and why.
    pub(in crate::llm) fn new(
        model: &'a str,
        request: &'a CompletionRequest,
        defaults: &Sampling,
        dialect: Dialect,
        is_streamed: bool,
    ) -> Result<Self, String> {
        let sampling = &request.sampling;
        let mut parameters = Map::new();
        if is_streamed {
            parameters.insert("stream".to_owned(), true.into());
            parameters.insert("stream_options".to_owned(), json!({ "include_usage": true }));
        }
        if let Some(max_tokens) = sampling.max_tokens.or(defaults.max_tokens) {
            parameters.insert(dialect.max_tokens_field.to_owned(), max_tokens.into());
        }
        if let Some(temperature) = sampling.temperature.or(defaults.temperature) {
            parameters.insert("temperature".to_owned(), temperature.into());
        }
        parameters.extend(json::parameters(&defaults.extra)?);
        parameters.extend(json::parameters(&sampling.extra)?);
        parameters.extend(tools(request)?);
        if let Some(format) = &request.response_format {
            parameters.insert("response_format".to_owned(), response_format(format)?);
        }
        let Some(habits) = dialect.habits else {
            return Ok(Self::with(model, request, dialect, in_order(parameters, &ORDER)));
        };
        // DSPy's own client has a choice wherever it has something to say of it.
        if parameters.contains_key(PARALLEL) {
            parameters.entry(TOOL_CHOICE).or_insert_with(|| "auto".into());
        }
        let parameters = habits.named(parameters, dialect.max_tokens_field);
        let parameters = habits.spelled(in_order(parameters, &ORDER))?;
        Ok(Self::with(model, request, dialect, parameters))
    }

    fn with(
        model: &'a str,
        request: &'a CompletionRequest,
        dialect: Dialect,
        parameters: Map<String, Json>,
    ) -> Self {
        let messages = request.messages.iter().flat_map(|message| said(message, dialect));
        Self { model, messages: messages.collect(), parameters }
    }
}

/// A message, or several: each result of a tool is one of its own.
fn said(message: &Message, dialect: Dialect) -> Vec<Said<'_>> {
    let role = message.role.name();
    if let Some(content) = message.only_text() {
        return vec![Said::Text { role, content }];
    }
    let parts = message.parts.iter();
    let mut said: Vec<Said> = parts.clone().filter_map(|part| result(part, dialect)).collect();
    let calls = parts.clone().filter_map(|part| match part {
        Part::ToolCall(call) => Some(tool_call(call, dialect)),
        _ => None,
    });
    let calls: Vec<Json> = calls.collect();
    if message.role == Role::Assistant && !calls.is_empty() {
        let mut calling = json!({ "role": role });
        let text = Some(message.text()).filter(|text| !text.is_empty());
        if text.is_some() || !dialect.is_verbatim() {
            calling["content"] = text.into();
        }
        calling["tool_calls"] = calls.into();
        said.push(Said::More(calling));
        return said;
    }
    let parts: Vec<Json> = parts.filter_map(content).collect();
    if !parts.is_empty() {
        said.push(Said::More(json!({ "role": role, "content": parts })));
    }
    said
}

fn result(part: &Part, dialect: Dialect) -> Option<Said<'_>> {
    let Part::ToolResult(result) = part else { return None };
    let mut said = json!({ "role": "tool", "tool_call_id": result.id });
    if dialect.is_verbatim() && !result.name.is_empty() {
        said["name"] = result.name.as_str().into();
    }
    said["content"] = result.content.as_str().into();
    Some(Said::More(said))
}

fn tool_call(call: &ToolCall, dialect: Dialect) -> Json {
    let arguments = match dialect.is_verbatim() {
        true => call.arguments.as_str().into(),
        false => compact(&call.arguments),
    };
    let function = json!({ "name": call.name, "arguments": arguments });
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
        let dialect = Dialect {
            max_tokens_field: "max_completion_tokens",
            habits: Some(Habits::of("openai")),
        };
        let body = Body::new("gpt-4o-mini", request, defaults, dialect, false);
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

    #[test]
    fn parameters_stand_where_dspy_puts_them() {
        let schema = Value::from_json(r#"{"type":"object"}"#).unwrap();
        let mut request = CompletionRequest::new([Message::user("Q")])
            .with_tools([ToolSpec::new("now", "", schema)])
            .with_response_format(ResponseFormat::JsonObject);
        request.sampling.temperature = Some(0.5);
        request.sampling.extra = fields! {
            "logit_bias" => fields! { "1" => 2 }, "verbosity" => "low", "store" => false,
            "user" => "u", "service_tier" => "flex", "prompt_cache_key" => "k",
            "reasoning_effort" => "low", "parallel_tool_calls" => false, "top_logprobs" => 1,
            "logprobs" => true, "frequency_penalty" => 0.2, "presence_penalty" => 0.1, "seed" => 1,
            "stop" => vec!["x"], "top_p" => 0.9,
        };
        sends(
            &request,
            &Sampling::default(),
            r#"{"model":"gpt-4o-mini","messages":[{"role":"user","content":"Q"}],"temperature":0.5,"top_p":0.9,"seed":1,"frequency_penalty":0.2,"presence_penalty":0.1,"stop":["x"],"logprobs":true,"top_logprobs":1,"tools":[{"type":"function","function":{"name":"now","description":"","parameters":{"type":"object"}}}],"tool_choice":"auto","parallel_tool_calls":false,"response_format":{"type":"json_object"},"reasoning_effort":"low","prompt_cache_key":"k","service_tier":"flex","user":"u","store":false,"logit_bias":{"1":2},"verbosity":"low"}"#,
        );
    }
}
