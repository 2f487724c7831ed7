//! An answer: whole, or streamed.

use std::borrow::Cow;

use reqwest::header::HeaderMap;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use crate::call::Usage;
use crate::llm::draft::Draft;
use crate::llm::{Completion, LmErrorKind, failure, json};

/// Reads a whole answer.
///
/// # Errors
/// [`LmErrorKind::Protocol`] says what the body is instead, by position and never by its text.
pub(super) fn read(body: &[u8], headers: &HeaderMap) -> Result<Completion, LmErrorKind> {
    let answer: Answer = json::answer(body, headers, "generated content")?;
    let mut draft = Draft::default();
    match answer.read(&mut draft)? {
        true => Ok(draft.completion),
        false => Err(failure::in_place_of(body, "the answer holds no candidate")),
    }
}

/// Reads one event of a streamed answer.
///
/// # Errors
/// As [`read`]; what the provider reports in place of an event.
pub(super) fn read_event(data: &str, draft: &mut Draft) -> Result<(), LmErrorKind> {
    let answer: Answer = json::event(data, "generated content")?;
    if answer.error.is_some() {
        return Err(failure::in_place_of(data.as_bytes(), "an event reports an error"));
    }
    answer.read(draft).map(drop)
}

impl Answer<'_> {
    /// Adds what the first candidate says to a draft; `false` where there is none.
    ///
    /// # Errors
    /// [`LmErrorKind::Refused`] where the prompt was blocked.
    fn read(self, draft: &mut Draft) -> Result<bool, LmErrorKind> {
        if let Some(usage) = self.usage_metadata {
            draft.completion.usage = usage.into();
        }
        let metadata = &mut draft.completion.metadata;
        metadata.id = self.response_id.or(metadata.id.take());
        metadata.model = self.model_version.or(metadata.model.take());
        let Some(candidate) = self.candidates.into_iter().next() else {
            let reason = self.prompt_feedback.and_then(|feedback| feedback.block_reason);
            return match reason {
                Some(reason) => {
                    let message = format!("the prompt was blocked: {reason}");
                    Err(LmErrorKind::Refused { message })
                }
                None => Ok(false),
            };
        };
        for part in candidate.content.map(|content| content.parts).unwrap_or_default() {
            if let Some(called) = part.function_call {
                let id = called
                    .id
                    .unwrap_or_else(|| format!("tool_call_{}", draft.completion.tool_calls.len()));
                let call = draft.next_call();
                (call.id, call.name) = (id, called.name);
                call.arguments = called.args.map_or("{}", RawValue::get).to_owned();
                continue;
            }
            let text = part.text.as_deref().unwrap_or_default();
            if part.thought { draft.think(text) } else { draft.write(text) }
        }
        if candidate.finish_reason.is_some() {
            draft.completion.finish_reason = candidate.finish_reason;
        }
        Ok(true)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer<'a> {
    #[serde(borrow, default)]
    candidates: Vec<Candidate<'a>>,
    usage_metadata: Option<Counted>,
    prompt_feedback: Option<Feedback>,
    response_id: Option<String>,
    model_version: Option<String>,
    /// In place of an event of a stream.
    error: Option<IgnoredAny>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Candidate<'a> {
    #[serde(borrow)]
    content: Option<Written<'a>>,
    finish_reason: Option<String>,
}

#[derive(Deserialize)]
struct Written<'a> {
    #[serde(borrow, default)]
    parts: Vec<WrittenPart<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WrittenPart<'a> {
    #[serde(borrow)]
    text: Option<Cow<'a, str>>,
    #[serde(default)]
    thought: bool,
    #[serde(borrow)]
    function_call: Option<Called<'a>>,
}

#[derive(Deserialize)]
struct Called<'a> {
    id: Option<String>,
    name: String,
    #[serde(borrow)]
    args: Option<&'a RawValue>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Counted {
    prompt_token_count: u64,
    candidates_token_count: u64,
    thoughts_token_count: u64,
    cached_content_token_count: u64,
    prompt_tokens_details: Vec<OfKind>,
    candidates_tokens_details: Vec<OfKind>,
}

/// How many tokens are of one kind.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OfKind {
    #[serde(default)]
    modality: String,
    #[serde(default)]
    token_count: u64,
}

fn sound(details: &[OfKind]) -> u64 {
    let sounds = details.iter().filter(|kind| kind.modality == "AUDIO");
    sounds.map(|kind| kind.token_count).fold(0, u64::saturating_add)
}

impl From<Counted> for Usage {
    fn from(counted: Counted) -> Self {
        // Gemini counts thoughts beside the rest.
        let thoughts = counted.thoughts_token_count;
        let output_tokens = counted.candidates_token_count.saturating_add(thoughts);
        Self {
            cache_read_tokens: counted.cached_content_token_count,
            reasoning_tokens: counted.thoughts_token_count,
            input_audio_tokens: sound(&counted.prompt_tokens_details),
            output_audio_tokens: sound(&counted.candidates_tokens_details),
            ..Self::new(counted.prompt_token_count, output_tokens)
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Feedback {
    block_reason: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::llm::ToolCall;

    #[track_caller]
    fn reads(body: &str, expected: Result<&str, &str>) {
        let read = read(body.as_bytes(), &HeaderMap::new());
        let read = read.map(|done| done.text).map_err(|error| error.to_string());
        assert_eq!(read.as_deref().map_err(String::as_str), expected);
    }

    #[test]
    fn errors_have_their_kinds_whatever_the_status() {
        let limited = br#"{"error":{"code":429,"message":"no","status":"RESOURCE_EXHAUSTED"}}"#;
        assert_eq!(read(limited, &HeaderMap::new()), Err(LmErrorKind::RateLimited));
        let text = std::str::from_utf8(limited).unwrap();
        assert_eq!(read_event(text, &mut Draft::default()), Err(LmErrorKind::RateLimited));
    }

    #[test]
    fn an_answer_is_the_texts_of_the_first_candidate() {
        let body = r#"{"candidates": [{"content": {"role": "model", "parts": [
            {"text": "hm", "thought": true}, {"text": "Le"}, {"text": "eds"}]},
            "finishReason": "STOP"}], "usageMetadata": {"promptTokenCount": 5,
            "candidatesTokenCount": 7, "thoughtsTokenCount": 3}}"#;
        reads(body, Ok("Leeds"));
        let usage = read(body.as_bytes(), &HeaderMap::new()).unwrap().usage;
        assert_eq!(usage, Usage { reasoning_tokens: 3, ..Usage::new(5, 10) });
        reads(r#"{"candidates": [{"finishReason": "MAX_TOKENS"}]}"#, Ok(""));
        reads(
            r#"{"promptFeedback": {"blockReason": "SAFETY"}}"#,
            Err("refused the request: the prompt was blocked: SAFETY"),
        );
        reads("{}", Err("answered outside its protocol: the answer holds no candidate"));
    }

    #[test]
    fn tool_calls_and_counts_are_read() {
        let body = br#"{"candidates": [{"content": {"parts": [
            {"functionCall": {"name": "add", "args": {"a":1}}}, {"functionCall": {"name": "now"}}]},
            "finishReason": "STOP"}], "modelVersion": "gemini-x", "usageMetadata": {
            "promptTokenCount": 9, "cachedContentTokenCount": 4, "candidatesTokenCount": 2,
            "promptTokensDetails": [{"modality": "AUDIO", "tokenCount": 3}]}}"#;
        let completion = read(body, &HeaderMap::new()).unwrap();
        let calls = [
            ToolCall::new("tool_call_0", "add", r#"{"a":1}"#),
            ToolCall::new("tool_call_1", "now", "{}"),
        ];
        assert_eq!(completion.tool_calls, calls);
        let usage = Usage { cache_read_tokens: 4, input_audio_tokens: 3, ..Usage::new(9, 2) };
        assert_eq!(completion.usage, usage);
        assert_eq!(completion.metadata.model.as_deref(), Some("gemini-x"));
    }
}
