//! Requests and answers as fields: by what requests are the same, and what is kept of both.

use dspex_signature::{Fields, Value, ValueError, fields};

use super::{
    Completion, CompletionRequest, Media, MediaSource, Message, Metadata, Part, ResponseFormat,
    ToolCall, ToolChoice, logprobs,
};
use crate::call::Usage;

/// A request to `model`. What it does not ask for is not there.
pub(crate) fn asked(model: &str, request: &CompletionRequest) -> Fields {
    let sampling = &request.sampling;
    let mut asked = fields! {
        "model" => model,
        "messages" => request.messages.iter().map(said).collect::<Vec<_>>(),
        "temperature" => sampling.temperature,
        "max_tokens" => sampling.max_tokens.map(i64::try_from).and_then(Result::ok),
        "parameters" => sampling.extra.clone(),
    };
    if !request.tools.is_empty() {
        let tools = request.tools.iter().map(|tool| {
            let (name, description) = (tool.name.as_str(), tool.description.as_str());
            let parameters = tool.parameters.clone();
            fields! { "name" => name, "description" => description, "parameters" => parameters }
        });
        asked.insert("tools", tools.map(Value::Map).collect::<Vec<_>>());
    }
    if let Some(choice) = &request.tool_choice {
        let choice = match choice {
            ToolChoice::Auto => Value::from("auto"),
            ToolChoice::None => "none".into(),
            ToolChoice::Required => "required".into(),
            ToolChoice::Tool(name) => Value::Map(fields! { "name" => name.as_str() }),
        };
        asked.insert("tool_choice", choice);
    }
    if let Some(format) = &request.response_format {
        let format = match format {
            ResponseFormat::JsonObject => Value::from("json_object"),
            ResponseFormat::JsonSchema { name, schema } => {
                Value::Map(fields! { "name" => name.as_str(), "schema" => schema.clone() })
            }
        };
        asked.insert("response_format", format);
    }
    asked
}

fn said(message: &Message) -> Value {
    let content = match message.only_text() {
        Some(text) => Value::from(text),
        None => Value::List(message.parts.iter().map(part).collect()),
    };
    Value::Map(fields! { "role" => message.role.name(), "content" => content })
}

fn part(part: &Part) -> Value {
    let text = |text: &String| Value::from(text.as_str());
    Value::Map(match part {
        Part::Text(said) => fields! { "text" => text(said) },
        Part::Image(image) => fields! { "image" => media(image) },
        Part::Audio(audio) => fields! { "audio" => media(audio) },
        Part::Document(document) => fields! { "document" => media(document) },
        Part::ToolCall(called) => fields! { "tool_call" => call(called) },
        Part::ToolResult(result) => fields! {
            "tool_result" => text(&result.content), "id" => text(&result.id),
            "name" => text(&result.name),
        },
    })
}

fn media(media: &Media) -> Value {
    let (key, content) = match &media.source {
        MediaSource::Base64(data) => ("data", data),
        MediaSource::Url(url) => ("url", url),
    };
    Value::Map(fields! {
        key => content.as_str(),
        "media_type" => media.media_type.as_deref(),
        "name" => media.name.as_deref(),
    })
}

fn call(call: &ToolCall) -> Value {
    let (id, name, arguments) = (call.id.as_str(), call.name.as_str(), call.arguments.as_str());
    Value::Map(fields! { "id" => id, "name" => name, "arguments" => arguments })
}

/// An answer.
pub(crate) fn written(completion: &Completion) -> Fields {
    let metadata = &completion.metadata;
    let mut written = fields! {
        "text" => completion.text.as_str(),
        "reasoning" => completion.reasoning.as_deref(),
        "finish_reason" => completion.finish_reason.as_deref(),
    };
    for (name, tokens) in counts(&completion.usage) {
        written.insert(name, i64::try_from(tokens).unwrap_or(i64::MAX));
    }
    let texts = [
        ("id", &metadata.id),
        ("model", &metadata.model),
        ("service_tier", &metadata.service_tier),
    ];
    for (name, text) in texts {
        if let Some(text) = text {
            written.insert(name, text.as_str());
        }
    }
    if !completion.logprobs.is_empty() {
        written.insert("logprobs", logprobs::written(&completion.logprobs));
    }
    if !completion.tool_calls.is_empty() {
        written.insert("tool_calls", completion.tool_calls.iter().map(call).collect::<Vec<_>>());
    }
    written
}

/// The counts that are not zero, and the two that every provider gives.
fn counts(usage: &Usage) -> impl Iterator<Item = (&'static str, u64)> {
    let counts = [
        ("input_tokens", usage.input_tokens),
        ("output_tokens", usage.output_tokens),
        ("cache_read_tokens", usage.cache_read_tokens),
        ("cache_write_tokens", usage.cache_write_tokens),
        ("input_audio_tokens", usage.input_audio_tokens),
        ("reasoning_tokens", usage.reasoning_tokens),
        ("output_audio_tokens", usage.output_audio_tokens),
    ];
    let kept = counts.into_iter().enumerate();
    kept.filter(|(position, (_, count))| *position < 2 || *count > 0).map(|(_, count)| count)
}

/// The answer that [`written`] wrote.
///
/// # Errors
/// What is missing or of another type.
pub(crate) fn read(fields: &Fields) -> Result<Completion, ValueError> {
    let optional = |name: &str| match fields.contains(name) {
        true => fields.get::<Option<String>>(name),
        false => Ok(None),
    };
    let count = |name: &str| if fields.contains(name) { fields.get(name) } else { Ok(0) };
    let usage = Usage {
        cache_read_tokens: count("cache_read_tokens")?,
        cache_write_tokens: count("cache_write_tokens")?,
        input_audio_tokens: count("input_audio_tokens")?,
        reasoning_tokens: count("reasoning_tokens")?,
        output_audio_tokens: count("output_audio_tokens")?,
        ..Usage::new(fields.get("input_tokens")?, fields.get("output_tokens")?)
    };
    let calls = fields.value("tool_calls").and_then(Value::as_list).unwrap_or_default();
    let tool_calls = calls.iter().filter_map(Value::as_map).map(|call| {
        let text = |name: &str| call.get::<String>(name);
        Ok(ToolCall::new(text("id")?, text("name")?, text("arguments")?))
    });
    Ok(Completion {
        text: fields.get("text")?,
        reasoning: fields.get("reasoning")?,
        finish_reason: fields.get("finish_reason")?,
        tool_calls: tool_calls.collect::<Result<_, ValueError>>()?,
        logprobs: logprobs::read(fields.value("logprobs").unwrap_or(&Value::Null))?,
        usage,
        metadata: Metadata {
            id: optional("id")?,
            model: optional("model")?,
            service_tier: optional("service_tier")?,
            ..Metadata::default()
        },
        ..Completion::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::llm::{Logprob, TokenLogprob};

    #[test]
    fn an_answer_is_read_as_it_was_written() {
        let completion = Completion {
            text: "a".into(),
            reasoning: Some("b".into()),
            tool_calls: vec![ToolCall::new("1", "add", "{}")],
            logprobs: vec![TokenLogprob { chosen: Logprob::new("a", -0.5), ..Default::default() }],
            finish_reason: Some("stop".into()),
            usage: Usage { reasoning_tokens: 3, cache_read_tokens: 1, ..Usage::new(5, 7) },
            metadata: Metadata { model: Some("m".into()), ..Metadata::default() },
            ..Completion::default()
        };
        assert_eq!(read(&written(&completion)).unwrap(), completion);
        let plain = Completion::text("a");
        assert_eq!(read(&written(&plain)).unwrap(), plain);
        assert!(read(&fields! { "text" => "a" }).is_err());
    }

    #[test]
    fn requests_differ_by_everything_that_is_asked() {
        let requests =
            [
                CompletionRequest::new([Message::user("a")]),
                CompletionRequest::new([Message::assistant("a")]),
                CompletionRequest::new([Message::user("a").image(Media::url("u"))]),
                CompletionRequest::new([Message::user("a").image(Media::url("v"))]),
                CompletionRequest::new([Message::user("a")])
                    .with_response_format(ResponseFormat::JsonObject),
                CompletionRequest::new([Message::user("a")]).with_tool_choice(ToolChoice::Required),
                CompletionRequest::new([Message::user("a")])
                    .with_tool_choice(ToolChoice::Tool("auto".into())),
                CompletionRequest::new([Message::user("a")])
                    .with_tools([super::super::ToolSpec::new("t", "", Value::Null)]),
            ];
        let mut texts: Vec<_> =
            requests.iter().map(|request| Value::Map(asked("m", request)).to_json()).collect();
        texts.sort();
        texts.dedup();
        assert_eq!(texts.len(), requests.len());
    }
}
