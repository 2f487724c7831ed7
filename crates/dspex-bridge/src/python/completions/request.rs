//! The body that DSPy's own client would have sent, as a request of ours.

use dspex_signature::{Fields, Rare, Role, Value};

use crate::llm::{
    CompletionRequest, Media, Message, Part, ResponseFormat, Sampling, ToolCall, ToolChoice,
    ToolSpec,
};
use crate::python::pool::CallbackFailure;

type Read<T> = Result<T, CallbackFailure>;

/// Reads a body of OpenAI's chat completions; what it does not say about sampling is taken from
/// `sampling`.
///
/// # Errors
/// What dspex cannot ask a model for yet.
pub(super) fn read(parameters: &Fields, sampling: &Sampling) -> Read<CompletionRequest> {
    if parameters.iter().any(|(_, part)| has_surrogates(part)) {
        return Err(not_supported("a request with lone surrogates, which no provider reads,"));
    }
    let messages = parameters["messages"].as_list().unwrap_or_default();
    let mut request = CompletionRequest::new(read_messages(messages)?);
    let mut sampling = sampling.clone();
    let body = parameters["parameters"].as_map().cloned().unwrap_or_default();
    for (name, value) in body {
        match (name.as_str(), &value) {
            ("temperature", value) => sampling.temperature = value.as_float(),
            // The provider's own name for it depends on the model; ours knows which.
            ("max_tokens" | "max_completion_tokens", value) => {
                sampling.max_tokens = value.as_int().and_then(|tokens| u64::try_from(tokens).ok());
            }
            ("tools", Value::List(tools)) => {
                request.tools = tools.iter().map(tool).collect::<Read<_>>()?;
            }
            ("tool_choice", choice) => request.tool_choice = Some(tool_choice(choice)?),
            ("response_format", format) => request.response_format = Some(self::format(format)?),
            _ => {
                sampling.extra.insert(name, value);
            }
        }
    }
    Ok(request.with_sampling(sampling))
}

/// Whether a text in a value is none that UTF-8 can hold.
fn has_surrogates(value: &Value) -> bool {
    match value {
        Value::Rare(rare) if matches!(**rare, Rare::Surrogates(_)) => true,
        Value::Map(fields) => fields.iter().any(|(_, part)| has_surrogates(part)),
        other => other.as_list().is_some_and(|items| items.iter().any(has_surrogates)),
    }
}

fn not_supported(message: impl Into<String>) -> CallbackFailure {
    CallbackFailure { kind: "not_supported_yet", message: message.into() }
}

/// The messages; results of tools that follow on each other are one.
fn read_messages(said: &[Value]) -> Read<Vec<Message>> {
    let mut messages: Vec<Message> = Vec::new();
    let mut names = Vec::new();
    for said in said {
        let said = said.as_map().ok_or_else(|| not_supported("a message of no fields"))?;
        let role = text(said, "role");
        if role == "tool" {
            let part = Part::ToolResult(result(said, &names)?);
            match messages.last_mut() {
                Some(last) if matches!(last.parts[..], [Part::ToolResult(_), ..]) => {
                    last.parts.push(part);
                }
                _ => messages.push(Message { role: Role::User, parts: vec![part] }),
            }
            continue;
        }
        let message = message(role, said)?;
        names.extend(message.parts.iter().filter_map(|part| match part {
            Part::ToolCall(call) => Some(call.clone()),
            _ => None,
        }));
        messages.push(message);
    }
    Ok(messages)
}

fn message(role: &str, said: &Fields) -> Read<Message> {
    let role = match role {
        "system" | "developer" => Role::System,
        "user" => Role::User,
        "assistant" => Role::Assistant,
        other => return Err(not_supported(format!("a message of the role `{other}`"))),
    };
    let mut parts = match said.value("content") {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Text(text)) => vec![Part::Text(text.clone())],
        Some(Value::List(parts)) => parts.iter().map(part).collect::<Read<_>>()?,
        Some(other) => {
            return Err(not_supported(format!("a content of type `{}`", other.python_type())));
        }
    };
    let calls = said.value("tool_calls").and_then(Value::as_list).unwrap_or_default();
    parts.extend(calls.iter().filter_map(Value::as_map).map(|call| {
        let function = call.value("function").and_then(Value::as_map);
        let of = |name| function.map_or("", |function| text(function, name));
        Part::ToolCall(ToolCall::new(text(call, "id"), of("name"), of("arguments")))
    }));
    Ok(Message { role, parts })
}

fn result(said: &Fields, calls: &[ToolCall]) -> Read<crate::llm::ToolResult> {
    let id = text(said, "tool_call_id");
    let call = calls.iter().find(|call| call.id == id).cloned();
    let call = call.unwrap_or_else(|| ToolCall::new(id, text(said, "name"), ""));
    match said.value("content") {
        Some(Value::Text(text)) => Ok(call.result(text)),
        _ => Err(not_supported("a tool's result that is more than text")),
    }
}

fn part(part: &Value) -> Read<Part> {
    let empty = Fields::new();
    let part = part.as_map().unwrap_or(&empty);
    let inner = |name: &str| part.value(name).and_then(Value::as_map).unwrap_or(&empty);
    Ok(match text(part, "type") {
        "text" => Part::Text(text(part, "text").to_owned()),
        "image_url" => Part::Image(Media::url(text(inner("image_url"), "url"))),
        "input_audio" => {
            let audio = inner("input_audio");
            let media_type = format!("audio/{}", text(audio, "format"));
            let address = format!("data:{media_type};base64,{}", text(audio, "data"));
            Part::Audio(Media::url(address))
        }
        "file" => {
            let file = inner("file");
            let document = Media::url(text(file, "file_data"));
            Part::Document(match text(file, "filename") {
                "" => document,
                name => document.named(name),
            })
        }
        other => return Err(not_supported(format!("a part of type `{other}`"))),
    })
}

fn tool(tool: &Value) -> Read<ToolSpec> {
    let function = tool.as_map().and_then(|tool| tool.value("function")?.as_map());
    let function = function.ok_or_else(|| not_supported("a tool that is no function"))?;
    let parameters = function.value("parameters").cloned();
    let parameters = parameters.unwrap_or_else(|| Value::Map(Fields::new()));
    Ok(ToolSpec::new(text(function, "name"), text(function, "description"), parameters))
}

fn tool_choice(choice: &Value) -> Read<ToolChoice> {
    let named = choice.as_map().and_then(|choice| choice.value("function")?.as_map());
    match (choice.as_str(), named) {
        (Some("auto"), _) => Ok(ToolChoice::Auto),
        (Some("none"), _) => Ok(ToolChoice::None),
        (Some("required"), _) => Ok(ToolChoice::Required),
        (_, Some(function)) => Ok(ToolChoice::Tool(text(function, "name").to_owned())),
        _ => Err(not_supported("such a choice of tools")),
    }
}

fn format(format: &Value) -> Read<ResponseFormat> {
    let empty = Fields::new();
    let format = format.as_map().unwrap_or(&empty);
    match (text(format, "type"), format.value("json_schema").and_then(Value::as_map)) {
        ("json_object", _) => Ok(ResponseFormat::JsonObject),
        ("json_schema", Some(named)) => Ok(ResponseFormat::JsonSchema {
            name: text(named, "name").to_owned(),
            schema: named.value("schema").cloned().unwrap_or(Value::Null),
        }),
        (other, _) => Err(not_supported(format!("the response format `{other}`"))),
    }
}

fn text<'f>(fields: &'f Fields, name: &str) -> &'f str {
    fields.value(name).and_then(Value::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use dspex_signature::{SurrogateText, fields};

    use super::*;

    fn read_json(body: &str) -> Read<CompletionRequest> {
        let Ok(Value::Map(mut body)) = Value::from_json(body) else { panic!("{body}") };
        let messages = body.remove("messages").unwrap_or(Value::Null);
        read(&fields! { "messages" => messages, "parameters" => body }, &Sampling::default())
    }

    #[test]
    fn a_body_is_read_as_what_it_asks_for() {
        let body = r#"{"messages": [{"role": "developer", "content": "S"},
            {"role": "user", "content": [{"type": "text", "text": "Q"},
                {"type": "image_url", "image_url": {"url": "https://x.test/a.png"}},
                {"type": "input_audio", "input_audio": {"data": "aGk=", "format": "wav"}},
                {"type": "file", "file": {"file_data": "data:application/pdf;base64,aGk=",
                    "filename": "a.pdf"}}]},
            {"role": "assistant", "content": null, "tool_calls": [{"id": "c1",
                "type": "function", "function": {"name": "add", "arguments": "{}"}}]},
            {"role": "tool", "tool_call_id": "c1", "content": "2"},
            {"role": "tool", "tool_call_id": "c2", "content": "3"}],
            "temperature": 0.5, "max_completion_tokens": 9, "seed": 3, "tools": [{
                "type": "function", "function": {"name": "add", "description": "Adds.",
                "parameters": {"type": "object"}}}],
            "tool_choice": {"type": "function", "function": {"name": "add"}},
            "response_format": {"type": "json_schema", "json_schema": {"name": "Out",
                "schema": {"type": "object"}, "strict": true}}}"#;
        let object = Value::Map(fields! { "type" => "object" });
        let call = ToolCall::new("c1", "add", "{}");
        let results = [call.result("2"), ToolCall::new("c2", "", "").result("3")];
        let media = |media_type: &str| Media::bytes(media_type, "hi");
        let mut expected = CompletionRequest::new([
            Message::system("S"),
            Message::user("Q")
                .image(Media::url("https://x.test/a.png"))
                .part(Part::Audio(media("audio/wav")))
                .part(Part::Document(media("application/pdf").named("a.pdf"))),
            Message { role: Role::Assistant, parts: vec![Part::ToolCall(call)] },
            Message::results(results),
        ])
        .with_tools([ToolSpec::new("add", "Adds.", object.clone())])
        .with_tool_choice(ToolChoice::Tool("add".to_owned()))
        .with_response_format(ResponseFormat::JsonSchema { name: "Out".into(), schema: object });
        expected.sampling = Sampling {
            temperature: Some(0.5),
            max_tokens: Some(9),
            extra: fields! { "seed" => 3 },
        };
        assert_eq!(read_json(body).unwrap(), expected);
    }

    #[track_caller]
    fn refuses(body: &str, expected: &str) {
        assert_eq!(read_json(body).unwrap_err().message, expected);
    }

    #[test]
    fn what_cannot_be_asked_is_named() {
        refuses(r#"{"messages": [{"role": "critic"}]}"#, "a message of the role `critic`");
        refuses(
            r#"{"messages": [{"role": "user", "content": [{"type": "video"}]}]}"#,
            "a part of type `video`",
        );
        refuses(
            r#"{"messages": [], "response_format": {"type": "grammar"}}"#,
            "the response format `grammar`",
        );
        let half = SurrogateText::parse(b"\xed\xa0\x80").unwrap();
        let part = fields! { "type" => "text", "text" => half };
        let message = fields! { "role" => "user", "content" => vec![part] };
        let body = fields! { "messages" => vec![message] };
        let refused = read(&body, &Sampling::default()).unwrap_err();
        assert_eq!(refused.message, "a request with lone surrogates, which no provider reads,");
    }
}
