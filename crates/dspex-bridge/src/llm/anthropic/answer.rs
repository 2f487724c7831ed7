//! An answer: whole, or streamed.

use std::borrow::Cow;

use reqwest::header::HeaderMap;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::call::Usage;
use crate::llm::draft::Draft;
use crate::llm::{Completion, LmErrorKind, failure, json};

/// Reads an answer: its texts, one after the other, its thoughts, and the tools it calls.
///
/// # Errors
/// [`LmErrorKind::Protocol`] says what the body is instead, by position and never by its text.
pub(super) fn read(body: &[u8], headers: &HeaderMap) -> Result<Completion, LmErrorKind> {
    let answer: Answer = json::answer(body, headers, "a message")?;
    let mut draft = Draft::default();
    let Some(content) = answer.content else {
        return Err(failure::in_place_of(body, "the answer holds no content"));
    };
    for (number, part) in content.into_iter().enumerate() {
        part.write(number as u64, &mut draft);
    }
    let mut completion = draft.completion;
    completion.finish_reason = answer.stop_reason;
    completion.usage = answer.usage.unwrap_or_default().into();
    (completion.metadata.id, completion.metadata.model) = (answer.id, answer.model);
    Ok(completion)
}

/// Reads one event of a streamed answer; of a kind that is not known nothing is taken.
///
/// # Errors
/// As [`read`]; what the provider reports in place of an event.
pub(super) fn read_event(data: &str, draft: &mut Draft) -> Result<(), LmErrorKind> {
    let event: Streamed = json::event(data, "an event of a message")?;
    match (event.kind, event.delta) {
        ("message_start", _) => {
            let begun = event.message.unwrap_or_default();
            draft.completion.usage = begun.usage.unwrap_or_default().into();
            let metadata = &mut draft.completion.metadata;
            (metadata.id, metadata.model) = (begun.id, begun.model);
        }
        ("content_block_start", _) => {
            if let Some(part) = event.content_block.filter(|part| part.kind == "tool_use") {
                // Its arguments follow in pieces.
                Written { input: None, ..part }.write(event.index, draft);
            }
        }
        ("content_block_delta", Some(delta)) => delta.write(event.index, draft),
        ("message_delta", delta) => {
            if let Some(reason) = delta.and_then(|delta| delta.stop_reason) {
                draft.completion.finish_reason = Some(reason);
            }
            if let Some(usage) = event.usage {
                usage.add_to(&mut draft.completion.usage);
            }
        }
        ("message_stop", _) => draft.is_complete = true,
        ("error", _) => {
            return Err(failure::in_place_of(data.as_bytes(), "an error without words"));
        }
        _ => {}
    }
    Ok(())
}

#[derive(Deserialize)]
struct Answer<'a> {
    #[serde(borrow)]
    content: Option<Vec<Written<'a>>>,
    stop_reason: Option<String>,
    usage: Option<Counted>,
    id: Option<String>,
    model: Option<String>,
}

/// A part of an answer, or a piece of one.
#[derive(Deserialize)]
struct Written<'a> {
    /// Nothing where the piece tells why the model stopped.
    #[serde(rename = "type", default)]
    kind: &'a str,
    #[serde(borrow)]
    text: Option<Cow<'a, str>>,
    #[serde(borrow)]
    thinking: Option<Cow<'a, str>>,
    id: Option<String>,
    name: Option<String>,
    #[serde(borrow)]
    input: Option<&'a RawValue>,
    #[serde(borrow)]
    partial_json: Option<Cow<'a, str>>,
    stop_reason: Option<String>,
}

impl Written<'_> {
    /// Adds what is written to a draft; `number` is the part's.
    fn write(self, number: u64, draft: &mut Draft) {
        match self.kind {
            "text" | "text_delta" => draft.write(self.text.as_deref().unwrap_or_default()),
            "thinking" | "thinking_delta" => {
                draft.think(self.thinking.as_deref().unwrap_or_default());
            }
            "tool_use" => {
                let call = draft.call(number);
                (call.id, call.name) = (self.id.unwrap_or_default(), self.name.unwrap_or_default());
                call.arguments = self.input.map_or("", RawValue::get).to_owned();
            }
            "input_json_delta" => {
                // Tools that run at Anthropic's, such as its search, are written in the same way.
                if let Some(call) = draft.known_call(number) {
                    call.arguments.push_str(&self.partial_json.unwrap_or_default());
                }
            }
            _ => {}
        }
    }
}

#[derive(Deserialize)]
struct Streamed<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    #[serde(default)]
    index: u64,
    message: Option<Begun>,
    #[serde(borrow)]
    content_block: Option<Written<'a>>,
    #[serde(borrow)]
    delta: Option<Written<'a>>,
    usage: Option<Counted>,
}

#[derive(Default, Deserialize)]
struct Begun {
    usage: Option<Counted>,
    id: Option<String>,
    model: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Counted {
    input_tokens: Option<u64>,
    output_tokens: Option<u64>,
    cache_creation_input_tokens: Option<u64>,
    cache_read_input_tokens: Option<u64>,
    output_tokens_details: Option<Details>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Details {
    thinking_tokens: Option<u64>,
}

impl Counted {
    /// Takes what is told over what was told before: each count is that of the whole answer.
    fn add_to(self, usage: &mut Usage) {
        // Anthropic counts what went through its cache beside the rest.
        let special = usage.cache_read_tokens.saturating_add(usage.cache_write_tokens);
        let plain = self.input_tokens.unwrap_or(usage.input_tokens.saturating_sub(special));
        let read = self.cache_read_input_tokens.unwrap_or(usage.cache_read_tokens);
        let written = self.cache_creation_input_tokens.unwrap_or(usage.cache_write_tokens);
        usage.input_tokens = plain.saturating_add(read).saturating_add(written);
        (usage.cache_read_tokens, usage.cache_write_tokens) = (read, written);
        usage.output_tokens = self.output_tokens.unwrap_or(usage.output_tokens);
        let thinking = self.output_tokens_details.and_then(|details| details.thinking_tokens);
        usage.reasoning_tokens = thinking.unwrap_or(usage.reasoning_tokens);
    }
}

impl From<Counted> for Usage {
    fn from(counted: Counted) -> Self {
        let mut usage = Self::default();
        counted.add_to(&mut usage);
        usage
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::llm::ToolCall;

    #[test]
    fn an_answer_is_its_texts() {
        let body = br#"{"content": [{"type": "thinking", "thinking": "hm"},
            {"type": "text", "text": "Le"}, {"type": "search_result", "text": "York"},
            {"type": "text", "text": "eds"}],
            "stop_reason": "end_turn", "usage": {"input_tokens": 5, "output_tokens": 7,
            "cache_read_input_tokens": 100}}"#;
        let completion = read(body, &HeaderMap::new()).unwrap();
        assert_eq!((&*completion.text, completion.reasoning.as_deref()), ("Leeds", Some("hm")));
        assert_eq!(completion.finish_reason.as_deref(), Some("end_turn"));
        let usage = Usage { cache_read_tokens: 100, ..Usage::new(105, 7) };
        assert_eq!(completion.usage, usage);
        let error = read(b"{}", &HeaderMap::new()).unwrap_err();
        assert_eq!(error.to_string(), "answered outside its protocol: the answer holds no content");
    }

    #[test]
    fn counts_at_the_end_are_those_of_the_whole_answer() {
        let mut draft = Draft::default();
        for event in [
            r#"{"type":"message_start","message":{"usage":{"input_tokens":10,"cache_read_input_tokens":4,"output_tokens":1}}}"#,
            r#"{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"input_tokens":null,"output_tokens":5}}"#,
            r#"{"type":"message_delta","delta":{},"usage":{"input_tokens":12}}"#,
        ] {
            read_event(event, &mut draft).unwrap();
        }
        let usage = Usage { cache_read_tokens: 4, ..Usage::new(16, 5) };
        assert_eq!(draft.completion.usage, usage);
        assert_eq!(draft.completion.finish_reason.as_deref(), Some("end_turn"));
    }

    #[test]
    fn errors_have_their_kinds_whatever_the_status() {
        let limited = br#"{"type":"error","error":{"type":"rate_limit_error","message":"no"}}"#;
        assert_eq!(read(limited, &HeaderMap::new()), Err(LmErrorKind::RateLimited));
        let text = std::str::from_utf8(limited).unwrap();
        assert_eq!(read_event(text, &mut Draft::default()), Err(LmErrorKind::RateLimited));
    }

    #[test]
    fn what_runs_at_anthropics_is_no_call() {
        let mut draft = Draft::default();
        for event in [
            r#"{"type":"content_block_start","index":0,"content_block":{"type":"server_tool_use","id":"s1","name":"web_search","input":{}}}"#,
            r#"{"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{}"}}"#,
        ] {
            read_event(event, &mut draft).unwrap();
        }
        assert_eq!(draft.completion.tool_calls, []);
    }

    #[test]
    fn a_call_that_begins_anew_does_no_harm() {
        let mut draft = Draft::default();
        let start = r#"{"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"t1","name":"add","input":{}}}"#;
        let delta = r#"{"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{\"a\":1}"}}"#;
        for event in [start, delta, start] {
            read_event(event, &mut draft).unwrap();
            draft.untold();
        }
        assert_eq!(draft.completion.tool_calls.len(), 1);
    }

    #[test]
    fn tool_calls_are_read_whole_and_in_pieces() {
        let body = br#"{"content": [{"type": "tool_use", "id": "t1", "name": "add",
            "input": {"a":1}}], "stop_reason": "tool_use", "id": "m1", "model": "claude-x"}"#;
        let completion = read(body, &HeaderMap::new()).unwrap();
        assert_eq!(completion.tool_calls, [ToolCall::new("t1", "add", r#"{"a":1}"#)]);
        assert_eq!(completion.metadata.model.as_deref(), Some("claude-x"));
        let mut draft = Draft::default();
        for event in [
            r#"{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"#,
            r#"{"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"t1","name":"add","input":{}}}"#,
            r#"{"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"{\"a\""}}"#,
            r#"{"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":":1}"}}"#,
        ] {
            read_event(event, &mut draft).unwrap();
        }
        assert_eq!(draft.completion.tool_calls, [ToolCall::new("t1", "add", r#"{"a":1}"#)]);
    }
}
