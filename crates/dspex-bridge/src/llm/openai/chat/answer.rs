//! A chat completion: whole, or streamed.

use std::borrow::Cow;

use reqwest::header::HeaderMap;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value as Json;

use super::content::Content;
use crate::call::Usage;
use crate::llm::draft::Draft;
use crate::llm::{Completion, LmErrorKind, Metadata, ToolCall, failure, json, logprobs};

/// Reads a chat completion.
///
/// # Errors
/// [`LmErrorKind::Protocol`] says what the body is instead, by position and never by its text;
/// [`LmErrorKind::Server`] for an error that came with a status of success.
pub(crate) fn read_completion(body: &[u8], headers: &HeaderMap) -> Result<Completion, LmErrorKind> {
    let answer: Answer = json::answer(body, headers, "a chat completion")?;
    if answer.error.is_some() {
        return Err(failure::in_place_of(body, "the answer reports an error"));
    }
    let Some(choice) = answer.choices.into_iter().flatten().next() else {
        return Err(failure::in_place_of(body, "the answer holds no choice"));
    };
    let message = choice.message;
    let mut tokens = Vec::new();
    logprobs::add(&choice.logprobs.unwrap_or_default().content, &mut tokens);
    let (id, model, service_tier) = (answer.id, answer.model, answer.service_tier);
    Ok(Completion {
        reasoning: message.thought().map(str::to_owned),
        text: message.content.unwrap_or_default().text.into_owned(),
        tool_calls: message.tool_calls.into_iter().flatten().map(Called::into_call).collect(),
        logprobs: tokens,
        finish_reason: choice.finish_reason,
        usage: answer.usage.unwrap_or_default().into(),
        metadata: Metadata { id, model, service_tier, ..Metadata::default() },
        ..Completion::default()
    })
}

/// The event that ends a stream.
const END: &str = "[DONE]";

/// Reads one event of a streamed completion.
///
/// # Errors
/// As [`read_completion`].
pub(in crate::llm) fn read_event(data: &str, draft: &mut Draft) -> Result<(), LmErrorKind> {
    if data == END {
        draft.is_complete = true;
        return Ok(());
    }
    let chunk: Chunk = json::event(data, "a chunk of a chat completion")?;
    if chunk.error.is_some() {
        return Err(failure::in_place_of(data.as_bytes(), "an event reports an error"));
    }
    let Some(choices) = chunk.choices else {
        return Err(failure::in_place_of(data.as_bytes(), "an event holds no choices"));
    };
    // With the usage comes no choice; with several, the first one is read.
    if let Some(choice) = choices.into_iter().find(|choice| choice.index == 0) {
        draft.think(choice.delta.thought().unwrap_or_default());
        draft.write(&choice.delta.content.unwrap_or_default().text);
        let told = choice.logprobs.unwrap_or_default().content;
        logprobs::add(&told, &mut draft.completion.logprobs);
        for piece in choice.delta.tool_calls.into_iter().flatten() {
            piece.add_to(draft);
        }
        if let Some(reason) = choice.finish_reason.filter(|reason| !reason.is_empty()) {
            draft.completion.finish_reason = Some(reason);
        }
    }
    if let Some(usage) = chunk.usage {
        draft.completion.usage = usage.into();
    }
    let metadata = &mut draft.completion.metadata;
    for (known, told) in [
        (&mut metadata.id, chunk.id),
        (&mut metadata.model, chunk.model),
        (&mut metadata.service_tier, chunk.service_tier),
    ] {
        if let (None, Some(told)) = (&*known, told) {
            *known = Some(told.into_owned());
        }
    }
    Ok(())
}

#[derive(Deserialize)]
struct Answer<'a> {
    #[serde(borrow)]
    choices: Option<Vec<Choice<'a>>>,
    /// As OpenRouter reports what failed when an answer had begun, beside its choices.
    error: Option<IgnoredAny>,
    usage: Option<WireUsage>,
    id: Option<String>,
    model: Option<String>,
    service_tier: Option<String>,
}

#[derive(Deserialize)]
struct Choice<'a> {
    #[serde(borrow)]
    message: Said<'a>,
    finish_reason: Option<String>,
    logprobs: Option<Likely>,
}

/// How likely the tokens of the text are.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Likely {
    content: Json,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Said<'a> {
    #[serde(borrow)]
    content: Option<Content<'a>>,
    /// As DeepSeek, vLLM and llama.cpp name it.
    #[serde(borrow)]
    reasoning_content: Option<Cow<'a, str>>,
    /// As OpenRouter and Groq name it.
    #[serde(borrow)]
    reasoning: Option<Cow<'a, str>>,
    #[serde(borrow)]
    tool_calls: Option<Vec<Called<'a>>>,
}

/// A tool call, or a piece of one.
#[derive(Deserialize)]
struct Called<'a> {
    index: Option<u64>,
    id: Option<String>,
    #[serde(borrow, default)]
    function: Function<'a>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Function<'a> {
    name: Option<String>,
    #[serde(borrow)]
    arguments: Option<Cow<'a, str>>,
}

impl Called<'_> {
    fn into_call(self) -> ToolCall {
        let Function { name, arguments } = self.function;
        let arguments = arguments.unwrap_or_default();
        ToolCall::new(self.id.unwrap_or_default(), name.unwrap_or_default(), arguments)
    }

    /// The id and the name come with the first piece.
    fn add_to(self, draft: &mut Draft) {
        let call = draft.call_of(self.index, self.id.as_deref());
        call.id.push_str(self.id.as_deref().filter(|_| call.id.is_empty()).unwrap_or_default());
        let name = self.function.name.as_deref().filter(|_| call.name.is_empty());
        call.name.push_str(name.unwrap_or_default());
        call.arguments.push_str(self.function.arguments.as_deref().unwrap_or_default());
    }
}

impl Said<'_> {
    fn thought(&self) -> Option<&str> {
        let within = || self.content.as_ref()?.thoughts.as_deref();
        self.reasoning_content.as_deref().or(self.reasoning.as_deref()).or_else(within)
    }
}

#[derive(Deserialize)]
struct Chunk<'a> {
    #[serde(borrow)]
    choices: Option<Vec<ChunkChoice<'a>>>,
    /// As in an answer.
    error: Option<IgnoredAny>,
    usage: Option<WireUsage>,
    #[serde(borrow)]
    id: Option<Cow<'a, str>>,
    #[serde(borrow)]
    model: Option<Cow<'a, str>>,
    #[serde(borrow)]
    service_tier: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
struct ChunkChoice<'a> {
    #[serde(default)]
    index: u64,
    #[serde(borrow, default)]
    delta: Said<'a>,
    finish_reason: Option<String>,
    logprobs: Option<Likely>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct WireUsage {
    prompt_tokens: Option<u64>,
    completion_tokens: Option<u64>,
    prompt_tokens_details: Option<Details>,
    completion_tokens_details: Option<Details>,
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

impl From<WireUsage> for Usage {
    fn from(usage: WireUsage) -> Self {
        let read = usage.prompt_tokens_details.unwrap_or_default();
        let written = usage.completion_tokens_details.unwrap_or_default();
        Self {
            input_tokens: usage.prompt_tokens.unwrap_or(0),
            output_tokens: usage.completion_tokens.unwrap_or(0),
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
    use crate::llm::Logprob;

    #[track_caller]
    fn check(body: &str, expected: &str) {
        let actual = match read_completion(body.as_bytes(), &HeaderMap::new()) {
            Ok(completion) => completion.text,
            Err(kind) => kind.to_string(),
        };
        assert_eq!(actual, expected, "reading {body}");
    }

    #[test]
    fn calls_are_told_apart_by_their_ids_too() {
        let calls = |indices: [&str; 2]| {
            let mut draft = Draft::default();
            for (index, id, arguments) in [
                (indices[0], r#""a""#, r#"{\"p\":"#),
                (indices[0], "null", "1}"),
                (indices[1], r#""b""#, r#"{\"p\":"#),
                (indices[1], r#""b""#, "2}"),
            ] {
                let call = format!(
                    r#"{{{index}"id":{id},"function":{{"name":"f","arguments":"{arguments}"}}}}"#
                );
                let event = format!(r#"{{"choices":[{{"delta":{{"tool_calls":[{call}]}}}}]}}"#);
                read_event(&event, &mut draft).unwrap();
            }
            draft.completion.tool_calls
        };
        let expected =
            [ToolCall::new("a", "f", r#"{"p":1}"#), ToolCall::new("b", "f", r#"{"p":2}"#)];
        for indices in [
            [r#""index":0,"#, r#""index":1,"#],
            [r#""index":0,"#, r#""index":0,"#],
            [r#""index":null,"#, r#""index":null,"#],
            ["", ""],
        ] {
            assert_eq!(calls(indices), expected, "{indices:?}");
        }
    }

    #[test]
    fn an_error_beside_choices_is_none_of_an_answer() {
        let event = r#"{"error":{"code":502,"message":"upstream"},"choices":[{"index":0,"delta":{"content":""},"finish_reason":"error"}]}"#;
        let mut draft = Draft::default();
        let error = read_event(event, &mut draft).unwrap_err();
        assert_eq!(error, LmErrorKind::Server { message: "upstream".to_owned() });
        let whole = r#"{"error":{"message":"upstream"},"choices":[{"message":{"content":"x"}}]}"#;
        let error = read_completion(whole.as_bytes(), &HeaderMap::new()).unwrap_err();
        assert_eq!(error, LmErrorKind::Server { message: "upstream".to_owned() });
        read_event(r#"{"choices":[{"delta":{"content":"x"},"finish_reason":""}]}"#, &mut draft)
            .unwrap();
        assert_eq!(draft.completion.finish_reason, None, "it has not ended");
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

    #[test]
    fn how_likely_tokens_are_is_read_whole_and_in_pieces() {
        let told = |token: &str| {
            let entry = format!(r#"{{"token":"{token}","logprob":-0.5,"top_logprobs":[]}}"#);
            format!(r#""logprobs":{{"content":[{entry}],"refusal":null}}"#)
        };
        let body =
            format!(r#"{{"choices":[{{"message":{{"content":"Leeds"}},{}}}]}}"#, told("Leeds"));
        let whole = read_completion(body.as_bytes(), &HeaderMap::new()).unwrap();
        assert_eq!(whole.logprobs[0].chosen, Logprob::new("Leeds", -0.5));
        let mut draft = Draft::default();
        for piece in ["Le", "eds"] {
            let delta = format!(r#""delta":{{"content":"{piece}"}}"#);
            let event = format!(r#"{{"choices":[{{"index":0,{delta},{}}}]}}"#, told(piece));
            read_event(&event, &mut draft).unwrap();
        }
        read_event(r#"{"choices":[{"delta":{},"logprobs":null}]}"#, &mut draft).unwrap();
        let tokens: Vec<_> =
            draft.completion.logprobs.iter().map(|one| &*one.chosen.token).collect();
        assert_eq!(tokens, ["Le", "eds"]);
        check(r#"{"choices":[{"message":{"content":"x"},"logprobs":{"refusal":null}}]}"#, "x");
    }

    #[test]
    fn thoughts_in_a_list_of_parts_are_told_apart() {
        let content = r#"[{"type":"thinking","thinking":[{"type":"text","text":"hm"}]},
            {"type":"text","text":"Leeds"}]"#;
        let body = format!(r#"{{"choices":[{{"message":{{"content":{content}}}}}]}}"#);
        let completion = read_completion(body.as_bytes(), &HeaderMap::new()).unwrap();
        assert_eq!((&*completion.text, completion.reasoning.as_deref()), ("Leeds", Some("hm")));
        let mut draft = Draft::default();
        let event = format!(r#"{{"choices":[{{"index":0,"delta":{{"content":{content}}}}}]}}"#);
        read_event(&event, &mut draft).unwrap();
        let Completion { text, reasoning, .. } = draft.completion;
        assert_eq!((&*text, reasoning.as_deref()), ("Leeds", Some("hm")));
    }

    #[test]
    fn tool_calls_usage_and_metadata_are_read() {
        let body = r#"{"id": "x-1", "model": "gpt-4o-mini-2024-07-18", "service_tier": "default",
            "choices": [{"message": {"content": null, "tool_calls": [
            {"id": "c1", "type": "function", "function": {"name": "add", "arguments": "{}"}}]},
            "finish_reason": "tool_calls"}],
            "usage": {"prompt_tokens": 9, "completion_tokens": 5,
            "prompt_tokens_details": {"cached_tokens": 4, "audio_tokens": null},
            "completion_tokens_details": {"reasoning_tokens": 3}}}"#;
        let completion = read_completion(body.as_bytes(), &HeaderMap::new()).unwrap();
        assert_eq!(completion.tool_calls, [ToolCall::new("c1", "add", "{}")]);
        let usage = Usage { cache_read_tokens: 4, reasoning_tokens: 3, ..Usage::new(9, 5) };
        assert_eq!(completion.usage, usage);
        assert_eq!(completion.metadata.model.as_deref(), Some("gpt-4o-mini-2024-07-18"));
    }

    #[test]
    fn tool_calls_are_put_together_of_their_pieces() {
        let mut draft = Draft::default();
        for delta in [
            r#"{"tool_calls":[{"index":1,"id":"c2","function":{"name":"b","arguments":""}}]}"#,
            r#"{"tool_calls":[{"index":0,"id":"c1","function":{"name":"a","arguments":"{"}}]}"#,
            r#"{"tool_calls":[{"index":0,"function":{"arguments":"}"}}]}"#,
        ] {
            let event = format!(r#"{{"id":"x","choices":[{{"index":0,"delta":{delta}}}]}}"#);
            read_event(&event, &mut draft).unwrap();
        }
        let calls = [ToolCall::new("c2", "b", ""), ToolCall::new("c1", "a", "{}")];
        assert_eq!(draft.completion.tool_calls, calls);
        assert_eq!(draft.completion.metadata.id.as_deref(), Some("x"));
    }
}
