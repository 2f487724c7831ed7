//! A response: whole, or streamed.

use std::borrow::Cow;

use reqwest::header::HeaderMap;
use serde::Deserialize;
use serde_json::{Value as Json, json};

use crate::call::Usage;
use crate::llm::draft::Draft;
use crate::llm::{Completion, LmErrorKind, ToolCall, failure, json, logprobs};

/// Reads a whole response.
///
/// # Errors
/// [`LmErrorKind::Protocol`] says what the body is instead, by position and never by its text; what
/// the provider reports in place of an answer.
pub(super) fn read(body: &[u8], headers: &HeaderMap) -> Result<Completion, LmErrorKind> {
    let mut response: Response = json::answer(body, headers, "a response")?;
    response.succeeded()?;
    let Some(items) = response.output.take() else {
        return Err(failure::in_place_of(body, "the answer holds no output"));
    };
    let mut draft = Draft::default();
    let why = response.why_it_ended(&items);
    for (number, item) in items.into_iter().enumerate() {
        item.read(number as u64, &mut draft);
    }
    response.end(why, &mut draft);
    Ok(draft.completion)
}

/// Reads one event of a streamed response; of a kind that is not known nothing is taken.
///
/// # Errors
/// As [`read`].
pub(super) fn read_event(data: &str, draft: &mut Draft) -> Result<(), LmErrorKind> {
    let event: Event = json::event(data, "an event of a response")?;
    let delta = event.delta.as_deref().unwrap_or_default();
    match &*event.kind {
        "response.output_text.delta" | "response.refusal.delta" => {
            draft.write(delta);
            logprobs::add(&event.logprobs, &mut draft.completion.logprobs);
        }
        "response.reasoning_summary_text.delta" | "response.reasoning_text.delta" => {
            draft.think(delta);
        }
        "response.function_call_arguments.delta" => {
            draft.call(event.output_index).arguments.push_str(delta);
        }
        // Not every server writes arguments in pieces: some tell them with the call's begin or end.
        "response.output_item.added" | "response.output_item.done" => {
            if let Some(item) = event.item.filter(|item| item.kind == "function_call") {
                item.call(draft.call(event.output_index));
            }
        }
        "response.completed" | "response.incomplete" | "response.failed" => {
            let Some(mut response) = event.response else {
                return Err(failure::in_place_of(data.as_bytes(), "an event holds no response"));
            };
            response.succeeded()?;
            let items = response.output.take().unwrap_or_default();
            let why = response.why_it_ended(&items);
            response.end(why, draft);
            draft.is_complete = true;
        }
        "error" | "response.error" => {
            return Err(failure::in_place_of(data.as_bytes(), "an error without a message"));
        }
        _ => {}
    }
    Ok(())
}

#[derive(Deserialize)]
struct Event<'a> {
    #[serde(rename = "type", borrow)]
    kind: Cow<'a, str>,
    #[serde(default)]
    output_index: u64,
    #[serde(borrow)]
    delta: Option<Cow<'a, str>>,
    #[serde(default)]
    logprobs: Json,
    #[serde(borrow)]
    item: Option<Item<'a>>,
    #[serde(borrow)]
    response: Option<Response<'a>>,
}

#[derive(Deserialize)]
struct Response<'a> {
    #[serde(borrow)]
    output: Option<Vec<Item<'a>>>,
    id: Option<String>,
    model: Option<String>,
    service_tier: Option<String>,
    status: Option<String>,
    usage: Option<Counted>,
    error: Option<Json>,
    incomplete_details: Option<Incomplete>,
}

impl Response<'_> {
    /// # Errors
    /// What the provider reports of a response that failed.
    fn succeeded(&mut self) -> Result<(), LmErrorKind> {
        let error = self.error.take().map(|error| json!({ "error": error }));
        match error.as_ref().and_then(failure::reported) {
            Some(reported) => Err(reported),
            None if self.status.as_deref() == Some("failed") => {
                Err(LmErrorKind::Server { message: "the response failed".to_owned() })
            }
            None => Ok(()),
        }
    }

    fn why_it_ended(&mut self, items: &[Item<'_>]) -> Option<String> {
        let mut parts = items.iter().flat_map(|item| item.content.iter().flatten());
        if parts.any(|part| part.kind == "refusal") {
            return Some("refusal".to_owned());
        }
        let why_incomplete = self.incomplete_details.take().and_then(|details| details.reason);
        why_incomplete.or(self.status.take())
    }

    /// Adds what only the end tells to a draft.
    fn end(self, why: Option<String>, draft: &mut Draft) {
        let completion = &mut draft.completion;
        completion.usage = self.usage.unwrap_or_default().into();
        completion.finish_reason = why;
        let metadata = &mut completion.metadata;
        (metadata.id, metadata.model) = (self.id, self.model);
        metadata.service_tier = self.service_tier;
    }
}

#[derive(Deserialize)]
struct Item<'a> {
    #[serde(rename = "type", borrow)]
    kind: Cow<'a, str>,
    #[serde(borrow)]
    content: Option<Vec<Said<'a>>>,
    #[serde(borrow)]
    summary: Option<Vec<Said<'a>>>,
    id: Option<String>,
    call_id: Option<String>,
    name: Option<String>,
    #[serde(borrow)]
    arguments: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
struct Said<'a> {
    #[serde(rename = "type", borrow)]
    kind: Cow<'a, str>,
    #[serde(borrow)]
    text: Option<Cow<'a, str>>,
    #[serde(borrow)]
    refusal: Option<Cow<'a, str>>,
    #[serde(default)]
    logprobs: Json,
}

impl Item<'_> {
    fn read(self, number: u64, draft: &mut Draft) {
        match &*self.kind {
            "message" => {
                for part in self.content.into_iter().flatten() {
                    logprobs::add(&part.logprobs, &mut draft.completion.logprobs);
                    draft.write(part.text.or(part.refusal).as_deref().unwrap_or_default());
                }
            }
            // Servers of open models tell the thoughts themselves, OpenAI tells a summary.
            "reasoning" => {
                let summary = self.summary.filter(|summary| !summary.is_empty());
                let thoughts = summary.or(self.content).into_iter().flatten();
                let thoughts: Vec<_> = thoughts.filter_map(|part| part.text).collect();
                draft.think(&thoughts.join("\n"));
            }
            "function_call" => self.call(draft.call(number)),
            _ => {}
        }
    }

    /// Adds what is told of a tool call, but for arguments that were told before.
    fn call(self, call: &mut ToolCall) {
        if let Some(id) = self.call_id.or(self.id) {
            call.id = id;
        }
        call.name = self.name.unwrap_or_default();
        if call.arguments.is_empty() {
            call.arguments = self.arguments.unwrap_or_default().into_owned();
        }
    }
}

#[derive(Deserialize)]
struct Incomplete {
    reason: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Counted {
    input_tokens: Option<u64>,
    output_tokens: Option<u64>,
    input_tokens_details: Option<Details>,
    output_tokens_details: Option<Details>,
}

/// Of which kind the tokens are.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Details {
    cached_tokens: Option<u64>,
    cache_write_tokens: Option<u64>,
    audio_tokens: Option<u64>,
    reasoning_tokens: Option<u64>,
}

impl From<Counted> for Usage {
    fn from(counted: Counted) -> Self {
        let read = counted.input_tokens_details.unwrap_or_default();
        let written = counted.output_tokens_details.unwrap_or_default();
        Self {
            input_tokens: counted.input_tokens.unwrap_or(0),
            output_tokens: counted.output_tokens.unwrap_or(0),
            cache_read_tokens: read.cached_tokens.unwrap_or(0),
            cache_write_tokens: read.cache_write_tokens.unwrap_or(0),
            input_audio_tokens: read.audio_tokens.unwrap_or(0),
            reasoning_tokens: written.reasoning_tokens.unwrap_or(0),
            output_audio_tokens: written.audio_tokens.unwrap_or(0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_response_is_read_whole() {
        let body = br#"{"id": "r1", "model": "gpt-5", "status": "completed", "error": null,
            "incomplete_details": null, "output": [
            {"type": "reasoning", "summary": [{"type": "summary_text", "text": "hm"},
            {"type": "summary_text", "text": "ah"}]}, {"type": "message", "content": [{"type": "output_text", "text": "Leeds"}]},
            {"type": "function_call", "call_id": "c1", "name": "add", "arguments": "{}"}],
            "usage": {"input_tokens": 9, "input_tokens_details": {"cached_tokens": 4,
            "cache_write_tokens": 2}, "output_tokens": 5, "output_tokens_details": {
            "reasoning_tokens": 3, "audio_tokens": null}}}"#;
        let completion = read(body, &HeaderMap::new()).unwrap();
        assert_eq!((&*completion.text, completion.reasoning.as_deref()), ("Leeds", Some("hm\nah")));
        assert_eq!(completion.tool_calls, [ToolCall::new("c1", "add", "{}")]);
        let usage = Usage {
            cache_read_tokens: 4,
            cache_write_tokens: 2,
            reasoning_tokens: 3,
            ..Usage::new(9, 5)
        };
        assert_eq!(completion.usage, usage);
        assert_eq!(completion.finish_reason.as_deref(), Some("completed"));
    }

    #[track_caller]
    fn ends(body: &str, expected: Result<(&str, &str), &str>) {
        let read = read(body.as_bytes(), &HeaderMap::new());
        let read = read.map(|done| (done.text, done.finish_reason.unwrap_or_default()));
        let read = read.map_err(|error| error.to_string());
        let read = read.as_ref().map(|(text, why)| (text.as_str(), why.as_str()));
        assert_eq!(read.map_err(String::as_str), expected);
    }

    #[test]
    fn how_a_response_ended_is_told() {
        let said = r#""output": [{"type": "message", "content": [
            {"type": "output_text", "text": "Le"}]}]"#;
        let cut =
            r#""status": "incomplete", "incomplete_details": {"reason": "max_output_tokens"}"#;
        ends(&format!("{{{said}, {cut}}}"), Ok(("Le", "max_output_tokens")));
        let refused = r#"{"status": "completed", "output": [{"type": "message", "content": [
            {"type": "refusal", "refusal": "No."}]}]}"#;
        ends(refused, Ok(("No.", "refusal")));
        let failed = r#"{"status": "failed", "output": [], "error": {"message": "boom"}}"#;
        ends(failed, Err("failed on its side: boom"));
        ends(r#"{"status": "failed"}"#, Err("failed on its side: the response failed"));
        let limited = r#"{"error": {"code": "rate_limit_exceeded", "message": "slow down"}}"#;
        ends(limited, Err("is limiting the rate of requests"));
        ends(r#"{"error": "no"}"#, Err("failed on its side: no"));
        ends("{}", Err("answered outside its protocol: the answer holds no output"));
        ends(
            "[]",
            Err("answered outside its protocol: the answer is not a response (line 1, column 2; \
                 no content type)"),
        );
    }

    #[test]
    fn a_streamed_response_is_put_together() {
        let mut draft = Draft::default();
        for event in [
            r#"{"type":"response.created","response":{"id":"r1","output":[]}}"#,
            r#"{"type":"response.reasoning_summary_text.delta","output_index":0,"delta":"hm"}"#,
            r#"{"type":"response.output_text.delta","output_index":1,"delta":"Le"}"#,
            r#"{"type":"response.output_text.delta","output_index":1,"delta":"eds"}"#,
            r#"{"type":"response.output_item.added","output_index":2,"item":{"type":"function_call","call_id":"c1","name":"add","arguments":""}}"#,
            r#"{"type":"response.function_call_arguments.delta","output_index":2,"delta":"{}"}"#,
            r#"{"type":"response.completed","response":{"id":"r1","status":"completed","output":[{"type":"message","content":[{"type":"output_text","text":"Leeds"}]}],"usage":{"input_tokens":9,"output_tokens":5}}}"#,
        ] {
            read_event(event, &mut draft).unwrap();
        }
        assert!(draft.is_complete);
        let completion = &draft.completion;
        assert_eq!((&*completion.text, completion.reasoning.as_deref()), ("Leeds", Some("hm")));
        assert_eq!(completion.tool_calls, [ToolCall::new("c1", "add", "{}")]);
        assert_eq!(completion.usage, Usage::new(9, 5));
    }

    #[test]
    fn arguments_may_come_with_the_call() {
        let mut draft = Draft::default();
        for event in [
            r#"{"type":"response.reasoning_text.delta","output_index":0,"delta":"hm"}"#,
            r#"{"type":"response.output_item.added","output_index":1,"item":{"type":"function_call","id":"f1","name":"a","arguments":""}}"#,
            r#"{"type":"response.output_item.done","output_index":1,"item":{"type":"function_call","id":"f1","name":"a","arguments":"{}"}}"#,
            r#"{"type":"response.output_item.added","output_index":2,"item":{"type":"function_call","call_id":"c2","id":"f2","name":"b","arguments":"{"}}"#,
            r#"{"type":"response.function_call_arguments.delta","output_index":2,"delta":"}"}"#,
            r#"{"type":"response.output_item.done","output_index":2,"item":{"type":"function_call","call_id":"c2","id":"f2","name":"b","arguments":"{}"}}"#,
        ] {
            read_event(event, &mut draft).unwrap();
        }
        assert_eq!(draft.completion.reasoning.as_deref(), Some("hm"));
        let calls = [ToolCall::new("f1", "a", "{}"), ToolCall::new("c2", "b", "{}")];
        assert_eq!(draft.completion.tool_calls, calls);
    }

    #[track_caller]
    fn breaks(event: &str, expected: &str) {
        let error = read_event(event, &mut Draft::default()).unwrap_err();
        assert_eq!(error.to_string(), expected, "{event}");
    }

    #[test]
    fn what_is_reported_in_place_of_an_event_is_told() {
        breaks(r#"{"type":"error","message":"overloaded"}"#, "failed on its side: overloaded");
        breaks(
            r#"{"type":"error","error":{"code":"context_length_exceeded","message":"long"}}"#,
            "cannot read a prompt this long",
        );
        let limited = r#"{"code":"rate_limit_exceeded","message":"slow down"}"#;
        breaks(
            &format!(r#"{{"type":"response.failed","response":{{"error":{limited}}}}}"#),
            "is limiting the rate of requests",
        );
        breaks(
            r#"{"type":"response.failed","response":{"status":"failed","error":null}}"#,
            "failed on its side: the response failed",
        );
        breaks(
            r#"{"type":"response.completed"}"#,
            "answered outside its protocol: an event holds no response",
        );
    }
}
