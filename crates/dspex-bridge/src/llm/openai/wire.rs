//! OpenAI's chat completions on the wire: the request's body and the answer's.

use std::borrow::Cow;

use dspex_signature::Message;
use reqwest::header::HeaderMap;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};

use crate::call::Usage;
use crate::llm::draft::Draft;
use crate::llm::failure::error_message;
use crate::llm::{Completion, CompletionRequest, LmErrorKind, Sampling, json};

/// The body of one request, with the keys that DSPy's own client sends and no others.
#[derive(Serialize)]
pub struct Body<'a> {
    model: &'a str,
    messages: Vec<WireMessage<'a>>,
    #[serde(flatten)]
    parameters: Map<String, Json>,
}

#[derive(Serialize)]
struct WireMessage<'a> {
    role: &'static str,
    content: &'a str,
}

impl<'a> Body<'a> {
    /// The body for `request`; what it leaves open is taken from `defaults`, the model's own.
    ///
    /// # Errors
    /// The name of a parameter that JSON cannot carry, and why.
    pub(super) fn new(
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
        let message = |message: &'a Message| WireMessage {
            role: message.role.name(),
            content: &message.content,
        };
        Ok(Self { model, messages: request.messages.iter().map(message).collect(), parameters })
    }
}

/// Reads a chat completion.
///
/// # Errors
/// [`LmErrorKind::Protocol`] says what the body is instead, by position and never by its text;
/// [`LmErrorKind::Server`] for an error that came with a status of success.
pub(crate) fn read_completion(body: &[u8], headers: &HeaderMap) -> Result<Completion, LmErrorKind> {
    let answer: Answer = json::answer(body, headers, "a chat completion")?;
    let Some(choice) = answer.choices.into_iter().flatten().next() else {
        return Err(in_place_of_choices(body, "the answer holds no choice"));
    };
    let message = choice.message;
    Ok(Completion {
        reasoning: message.thought().map(str::to_owned),
        text: message.content.unwrap_or_default().into_owned(),
        finish_reason: choice.finish_reason,
        usage: answer.usage.unwrap_or_default().into(),
        ..Completion::default()
    })
}

/// The event that ends a stream.
const END: &str = "[DONE]";

/// Reads one event of a streamed completion.
///
/// # Errors
/// As [`read_completion`].
pub(super) fn read_event(data: &str, draft: &mut Draft) -> Result<(), LmErrorKind> {
    if data == END {
        draft.is_complete = true;
        return Ok(());
    }
    let chunk: Chunk = json::event(data, "a chunk of a chat completion")?;
    let Some(choices) = chunk.choices else {
        return Err(in_place_of_choices(data.as_bytes(), "an event holds no choices"));
    };
    // With the usage comes no choice; with several, the first one is read.
    if let Some(choice) = choices.into_iter().find(|choice| choice.index == 0) {
        draft.think(choice.delta.thought().unwrap_or_default());
        draft.write(choice.delta.content.as_deref().unwrap_or_default());
        if choice.finish_reason.is_some() {
            draft.completion.finish_reason = choice.finish_reason;
        }
    }
    if let Some(usage) = chunk.usage {
        draft.completion.usage = usage.into();
    }
    Ok(())
}

/// What the provider reports in place of choices; where it reports nothing, that there are none.
fn in_place_of_choices(body: &[u8], none: &str) -> LmErrorKind {
    match error_message(body) {
        Some(message) => LmErrorKind::Server { message },
        None => LmErrorKind::Protocol { message: none.to_owned() },
    }
}

#[derive(Deserialize)]
struct Answer<'a> {
    #[serde(borrow)]
    choices: Option<Vec<Choice<'a>>>,
    usage: Option<WireUsage>,
}

#[derive(Deserialize)]
struct Choice<'a> {
    #[serde(borrow)]
    message: Said<'a>,
    finish_reason: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Said<'a> {
    #[serde(borrow)]
    content: Option<Cow<'a, str>>,
    /// As DeepSeek, vLLM and llama.cpp name it.
    #[serde(borrow)]
    reasoning_content: Option<Cow<'a, str>>,
    /// As OpenRouter and Groq name it.
    #[serde(borrow)]
    reasoning: Option<Cow<'a, str>>,
}

impl Said<'_> {
    fn thought(&self) -> Option<&str> {
        self.reasoning_content.as_deref().or(self.reasoning.as_deref())
    }
}

#[derive(Deserialize)]
struct Chunk<'a> {
    #[serde(borrow)]
    choices: Option<Vec<ChunkChoice<'a>>>,
    usage: Option<WireUsage>,
}

#[derive(Deserialize)]
struct ChunkChoice<'a> {
    #[serde(default)]
    index: u64,
    #[serde(borrow, default)]
    delta: Said<'a>,
    finish_reason: Option<String>,
}

#[derive(Default, Deserialize)]
struct WireUsage {
    prompt_tokens: Option<u64>,
    completion_tokens: Option<u64>,
}

impl From<WireUsage> for Usage {
    fn from(usage: WireUsage) -> Self {
        Self {
            input_tokens: usage.prompt_tokens.unwrap_or(0),
            output_tokens: usage.completion_tokens.unwrap_or(0),
        }
    }
}

#[cfg(test)]
mod tests {
    use dspex_signature::{Role, fields};

    use super::*;

    fn body(request: &CompletionRequest, defaults: &Sampling) -> String {
        let body = Body::new("gpt-4o-mini", request, defaults, "max_completion_tokens", false);
        let body = body.unwrap();
        serde_json::to_string(&body).unwrap()
    }

    #[test]
    fn a_body_holds_what_was_asked_for_and_nothing_else() {
        let hello = Message { role: Role::User, content: "Hello \u{1F44B}".into() };
        let mut request = CompletionRequest::new(vec![hello]);
        assert_eq!(
            body(&request, &Sampling::default()),
            r#"{"model":"gpt-4o-mini","messages":[{"role":"user","content":"Hello 👋"}]}"#
        );
        let defaults = Sampling { temperature: Some(0.9), max_tokens: Some(99), extra: fields! {} };
        request.messages.clear();
        request.sampling.temperature = Some(1.0);
        request.sampling.extra = fields! { "seed" => 7 };
        assert_eq!(
            body(&request, &defaults),
            r#"{"model":"gpt-4o-mini","messages":[],"max_completion_tokens":99,"temperature":1.0,"seed":7}"#
        );
    }

    #[track_caller]
    fn check(body: &str, expected: &str) {
        let actual = match read_completion(body.as_bytes(), &HeaderMap::new()) {
            Ok(completion) => completion.text,
            Err(kind) => kind.to_string(),
        };
        assert_eq!(actual, expected, "reading {body}");
    }

    #[test]
    fn answers_are_read_or_said_to_be_something_else() {
        check(r#"{"choices":[{"message":{"content":"a\n\"b\""}}]}"#, "a\n\"b\"");
        check(
            r#"{"choices":[{"message":{"content":null},"finish_reason":"stop"}],"usage":null}"#,
            "",
        );
        check(
            "",
            "answered outside its protocol: the answer is not JSON (line 1, column 0; no content type)",
        );
        check(
            r#"{"choices":[{"message":{"content":7}}]}"#,
            "answered outside its protocol: the answer is not a chat completion (line 1, column 35; no content type)",
        );
        check(r#"{"choices":[]}"#, "answered outside its protocol: the answer holds no choice");
        check(r#"{"error":{"message":"overloaded"}}"#, "failed on its side: overloaded");
    }
}
