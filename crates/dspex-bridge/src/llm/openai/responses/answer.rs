//! A response: whole, or streamed.

use std::borrow::Cow;

use reqwest::header::HeaderMap;
use serde::Deserialize;

use crate::call::Usage;
use crate::llm::draft::Draft;
use crate::llm::{Completion, LmErrorKind, json};

/// Reads a whole response.
///
/// # Errors
/// [`LmErrorKind::Protocol`] says what the body is instead, by position and never by its text;
/// [`LmErrorKind::Server`] for a response that failed.
pub(super) fn read(body: &[u8], headers: &HeaderMap) -> Result<Completion, LmErrorKind> {
    let response: Response = json::answer(body, headers, "a response")?;
    let mut draft = Draft::default();
    response.read(&mut draft, true)?;
    Ok(draft.completion)
}

/// Reads one event of a streamed response; of a kind that is not known nothing is taken.
///
/// # Errors
/// As [`read`].
pub(super) fn read_event(data: &str, draft: &mut Draft) -> Result<(), LmErrorKind> {
    let event: Event = json::event(data, "an event of a response")?;
    let delta = event.delta.as_deref().unwrap_or_default();
    match event.kind {
        "response.output_text.delta" | "response.refusal.delta" => draft.write(delta),
        "response.reasoning_summary_text.delta" => draft.think(delta),
        "response.function_call_arguments.delta" => {
            draft.call(event.output_index).arguments.push_str(delta);
        }
        "response.output_item.added" => {
            if let Some(item) = event.item.filter(|item| item.kind == "function_call") {
                let call = draft.call(event.output_index);
                call.id = item.call_id.unwrap_or_default();
                call.name = item.name.unwrap_or_default();
            }
        }
        "response.completed" | "response.incomplete" | "response.failed" => {
            if let Some(response) = event.response {
                response.read(draft, false)?;
            }
            draft.is_complete = true;
        }
        "error" => {
            let message = event.message.unwrap_or_default().into_owned();
            return Err(LmErrorKind::Server { message });
        }
        _ => {}
    }
    Ok(())
}

#[derive(Deserialize)]
struct Event<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    #[serde(default)]
    output_index: u64,
    #[serde(borrow)]
    delta: Option<Cow<'a, str>>,
    #[serde(borrow)]
    item: Option<Item<'a>>,
    #[serde(borrow)]
    response: Option<Response<'a>>,
    #[serde(borrow)]
    message: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
struct Response<'a> {
    #[serde(borrow)]
    output: Vec<Item<'a>>,
    id: Option<String>,
    model: Option<String>,
    service_tier: Option<String>,
    status: Option<String>,
    usage: Option<Counted>,
    error: Option<Failure>,
    incomplete_details: Option<Incomplete>,
}

impl Response<'_> {
    /// Adds what the response says to a draft, with what is written where nothing was before.
    fn read(self, draft: &mut Draft, is_whole: bool) -> Result<(), LmErrorKind> {
        if let Some(Failure { message }) = self.error {
            return Err(LmErrorKind::Server { message });
        }
        let mut is_refused = false;
        for (number, item) in self.output.into_iter().enumerate() {
            is_refused |= item.content.iter().flatten().any(|part| part.kind == "refusal");
            if is_whole {
                item.read(number as u64, draft);
            }
        }
        let completion = &mut draft.completion;
        completion.usage = self.usage.unwrap_or_default().into();
        let why_incomplete = self.incomplete_details.and_then(|details| details.reason);
        completion.finish_reason = match is_refused {
            true => Some("refusal".to_owned()),
            false => why_incomplete.or(self.status),
        };
        let metadata = &mut completion.metadata;
        (metadata.id, metadata.model) = (self.id, self.model);
        metadata.service_tier = self.service_tier;
        Ok(())
    }
}

#[derive(Deserialize)]
struct Item<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    #[serde(borrow)]
    content: Option<Vec<Said<'a>>>,
    #[serde(borrow)]
    summary: Option<Vec<Said<'a>>>,
    call_id: Option<String>,
    name: Option<String>,
    #[serde(borrow)]
    arguments: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
struct Said<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    #[serde(borrow)]
    text: Option<Cow<'a, str>>,
    #[serde(borrow)]
    refusal: Option<Cow<'a, str>>,
}

impl Item<'_> {
    fn read(self, number: u64, draft: &mut Draft) {
        match self.kind {
            "message" => {
                for part in self.content.into_iter().flatten() {
                    draft.write(part.text.or(part.refusal).as_deref().unwrap_or_default());
                }
            }
            "reasoning" => {
                for part in self.summary.into_iter().flatten() {
                    draft.think(part.text.as_deref().unwrap_or_default());
                }
            }
            "function_call" => {
                let call = draft.call(number);
                call.id = self.call_id.unwrap_or_default();
                call.name = self.name.unwrap_or_default();
                call.arguments = self.arguments.unwrap_or_default().into_owned();
            }
            _ => {}
        }
    }
}

#[derive(Deserialize)]
struct Failure {
    message: String,
}

#[derive(Deserialize)]
struct Incomplete {
    reason: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Counted {
    input_tokens: u64,
    output_tokens: u64,
    input_tokens_details: Option<Details>,
    output_tokens_details: Option<Details>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Details {
    cached_tokens: Option<u64>,
    reasoning_tokens: Option<u64>,
}

impl From<Counted> for Usage {
    fn from(counted: Counted) -> Self {
        let read = counted.input_tokens_details.unwrap_or_default();
        let written = counted.output_tokens_details.unwrap_or_default();
        Self {
            cache_read_tokens: read.cached_tokens.unwrap_or(0),
            reasoning_tokens: written.reasoning_tokens.unwrap_or(0),
            ..Self::new(counted.input_tokens, counted.output_tokens)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::llm::ToolCall;

    #[test]
    fn a_response_is_read_whole() {
        let body = br#"{"id": "r1", "model": "gpt-5", "status": "completed", "error": null,
            "incomplete_details": null, "output": [
            {"type": "reasoning", "summary": [{"type": "summary_text", "text": "hm"}]},
            {"type": "message", "content": [{"type": "output_text", "text": "Leeds"}]},
            {"type": "function_call", "call_id": "c1", "name": "add", "arguments": "{}"}],
            "usage": {"input_tokens": 9, "input_tokens_details": {"cached_tokens": 4},
            "output_tokens": 5, "output_tokens_details": {"reasoning_tokens": 3}}}"#;
        let completion = read(body, &HeaderMap::new()).unwrap();
        assert_eq!((&*completion.text, completion.reasoning.as_deref()), ("Leeds", Some("hm")));
        assert_eq!(completion.tool_calls, [ToolCall::new("c1", "add", "{}")]);
        let usage = Usage { cache_read_tokens: 4, reasoning_tokens: 3, ..Usage::new(9, 5) };
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
        ends(
            "{}",
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
        let error = r#"{"type":"error","message":"overloaded"}"#;
        let error = read_event(error, &mut draft).unwrap_err();
        assert_eq!(error, LmErrorKind::Server { message: "overloaded".to_owned() });
    }
}
