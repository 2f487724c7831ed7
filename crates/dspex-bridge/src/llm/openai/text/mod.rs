//! OpenAI's completions of texts.

mod prompt;

use std::borrow::Cow;

use reqwest::header::HeaderMap;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};

use crate::call::Usage;
use crate::llm::draft::Draft;
use crate::llm::openai::{in_order, reasoning};
use crate::llm::remote::{Path, Protocol};
use crate::llm::{Completion, CompletionRequest, LmErrorKind, Metadata, Sampling, failure, json};

/// The protocol of [`OpenAiText`](super::OpenAiText).
pub struct TextCompletions {
    pub(super) model: String,
}

/// The body of one request, in DSPy's order.
#[derive(Serialize)]
pub struct Body<'a> {
    model: &'a str,
    prompt: String,
    #[serde(flatten)]
    parameters: Map<String, Json>,
}

/// Where parameters stand; others stand behind them, as they were given.
///
/// Source: the order in which DSPy 3.4.1 sent them, whatever the order in which it was told.
#[rustfmt::skip]
const ORDER: [&str; 12] = [
    "frequency_penalty", "logit_bias", "logprobs", "max_tokens", "presence_penalty", "seed", "stop",
    "stream", "stream_options", "temperature", "top_p", "user",
];

/// Parameters that stand behind all others.
const LAST: [&str; 3] = ["best_of", "echo", "suffix"];

/// A parameter that DSPy's client for this API keeps for itself.
const KEPT: &str = "metadata";

impl Protocol for TextCompletions {
    type Body<'b> = Body<'b>;

    fn path(&self, _is_streamed: bool) -> Path<'_> {
        ("/completions".into(), None)
    }

    fn check(&self, own: &Sampling) -> Result<(), String> {
        reasoning::check(&self.model, own)
    }

    fn body<'b>(
        &'b self,
        request: &'b CompletionRequest,
        defaults: &Sampling,
        is_streamed: bool,
    ) -> Result<Body<'b>, String> {
        if !request.tools.is_empty() || request.response_format.is_some() {
            return Err("completions of texts know neither tools nor forms of answers".to_owned());
        }
        let prompt = prompt::of(&request.messages)?;
        let sampling = &request.sampling;
        let mut parameters = Map::new();
        if is_streamed {
            parameters.insert("stream".to_owned(), true.into());
            parameters.insert("stream_options".to_owned(), json!({ "include_usage": true }));
        }
        if let Some(max_tokens) = sampling.max_tokens.or(defaults.max_tokens) {
            parameters.insert("max_tokens".to_owned(), max_tokens.into());
        }
        if let Some(temperature) = sampling.temperature.or(defaults.temperature) {
            parameters.insert("temperature".to_owned(), temperature.into());
        }
        parameters.extend(json::parameters(&defaults.extra)?);
        parameters.extend(json::parameters(&sampling.extra)?);
        parameters.shift_remove(KEPT);
        let mut parameters = in_order(parameters, &ORDER);
        for name in LAST {
            if let Some(value) = parameters.shift_remove(name) {
                parameters.insert(name.to_owned(), value);
            }
        }
        Ok(Body { model: &self.model, prompt, parameters })
    }

    fn read(body: &[u8], headers: &HeaderMap) -> Result<Completion, LmErrorKind> {
        let answer: Answer = json::answer(body, headers, "a completion")?;
        let mut draft = Draft::default();
        match answer.read(&mut draft) {
            true => Ok(draft.completion),
            false => Err(failure::in_place_of(body, "the answer holds no choice")),
        }
    }

    fn read_event(data: &str, draft: &mut Draft) -> Result<(), LmErrorKind> {
        if data == "[DONE]" {
            draft.is_complete = true;
            return Ok(());
        }
        let answer: Answer = json::event(data, "a chunk of a completion")?;
        // With the usage comes no choice.
        let is_empty = answer.choices.as_ref().is_some_and(Vec::is_empty);
        match answer.read(draft) || is_empty {
            true => Ok(()),
            false => Err(failure::in_place_of(data.as_bytes(), "an event holds no choices")),
        }
    }
}

#[derive(Deserialize)]
struct Answer<'a> {
    #[serde(borrow)]
    choices: Option<Vec<Choice<'a>>>,
    usage: Option<Counted>,
    id: Option<String>,
    model: Option<String>,
}

#[derive(Deserialize)]
struct Choice<'a> {
    #[serde(borrow)]
    text: Option<Cow<'a, str>>,
    finish_reason: Option<String>,
}

#[derive(Deserialize)]
struct Counted {
    prompt_tokens: Option<u64>,
    completion_tokens: Option<u64>,
}

impl Answer<'_> {
    /// Adds the first choice to a draft; `false` where there is none.
    fn read(self, draft: &mut Draft) -> bool {
        let completion = &mut draft.completion;
        if let Some(usage) = self.usage {
            let (read, written) = (usage.prompt_tokens, usage.completion_tokens);
            completion.usage = Usage::new(read.unwrap_or(0), written.unwrap_or(0));
        }
        let Metadata { id, model, .. } = &mut completion.metadata;
        (*id, *model) = (self.id.or(id.take()), self.model.or(model.take()));
        let Some(choice) = self.choices.into_iter().flatten().next() else { return false };
        if choice.finish_reason.is_some() {
            completion.finish_reason = choice.finish_reason;
        }
        draft.write(choice.text.as_deref().unwrap_or_default());
        true
    }
}

#[cfg(test)]
mod tests {
    use dspex_signature::fields;

    use super::*;
    use crate::llm::{Media, Message};

    fn body(request: &CompletionRequest) -> Result<String, String> {
        let protocol = TextCompletions { model: "gpt-3.5-turbo-instruct".to_owned() };
        let body = protocol.body(request, &Sampling::default(), false)?;
        Ok(serde_json::to_string(&body).unwrap())
    }

    // Recorded of DSPy 3.4.1, which sent these bodies to a server of this machine.
    #[test]
    fn a_body_is_what_dspy_sends() {
        let mut request = CompletionRequest::new([Message::system("S"), Message::user("Q")]);
        request.sampling = Sampling {
            temperature: Some(0.5),
            max_tokens: Some(10),
            extra: fields! { "stop" => vec!["x"] },
        };
        assert_eq!(
            body(&request).unwrap(),
            r#"{"model":"gpt-3.5-turbo-instruct","prompt":"S\n\nQ\n\nBEGIN RESPONSE:","max_tokens":10,"stop":["x"],"temperature":0.5}"#
        );
        let mut request = CompletionRequest::new([Message::user("Q")]);
        request.sampling.extra = fields! {
            "zoo" => 2, "suffix" => "s", "echo" => true, "best_of" => 1, "user" => "u", "top_p" => 0.9,
            "metadata" => fields! { "a" => "b" }, "logprobs" => 1, "foo" => 1, "seed" => 1,
        };
        assert_eq!(
            body(&request).unwrap(),
            r#"{"model":"gpt-3.5-turbo-instruct","prompt":"Q\n\nBEGIN RESPONSE:","logprobs":1,"seed":1,"top_p":0.9,"user":"u","zoo":2,"foo":1,"best_of":1,"echo":true,"suffix":"s"}"#
        );
        let picture = Message::user("See").image(Media::url("https://x.test/a.png"));
        let error = body(&CompletionRequest::new([picture])).unwrap_err();
        assert_eq!(error, "completions of texts take nothing but texts");
    }

    #[test]
    fn answers_are_read_whole_and_in_pieces() {
        let whole = br#"{"id":"t","choices":[{"text":"ok","finish_reason":"stop"}],
            "usage":{"prompt_tokens":4,"completion_tokens":1}}"#;
        let completion = TextCompletions::read(whole, &HeaderMap::new()).unwrap();
        assert_eq!((&*completion.text, completion.usage), ("ok", Usage::new(4, 1)));
        let error = TextCompletions::read(br#"{"error":"no"}"#, &HeaderMap::new()).unwrap_err();
        assert_eq!(error, LmErrorKind::Server { message: "no".to_owned() });
        let mut draft = Draft::default();
        for event in [
            r#"{"choices":[{"text":"o"}]}"#,
            r#"{"choices":[{"text":"k","finish_reason":"stop"}]}"#,
            r#"{"choices":[],"usage":{"prompt_tokens":4,"completion_tokens":2}}"#,
            "[DONE]",
        ] {
            TextCompletions::read_event(event, &mut draft).unwrap();
        }
        assert!(draft.is_complete);
        assert_eq!((&*draft.completion.text, draft.completion.usage), ("ok", Usage::new(4, 2)));
    }
}
