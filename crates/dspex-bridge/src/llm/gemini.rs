//! Gemini's `generateContent` over HTTP.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use dspex_signature::{Fields, Role};
use reqwest::header::{HeaderMap, HeaderName};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use super::endpoint::{Endpoint, parted};
use super::secret::KeySource;
use super::{Completion, CompletionRequest, LanguageModel, LmError, LmErrorKind, Sampling, json};
use crate::call::{CallContext, Usage};

/// A model behind Google's Gemini API.
///
/// The request's body is the one that DSPy's own client sends. The key is read from the
/// environment at each call and never printed. Nothing is tried twice: see
/// [`Retry`](super::Retry).
///
/// ```
/// use dspex_bridge::llm::{Gemini, LanguageModel};
///
/// let model = Gemini::new("gemini-2.5-flash");
/// assert_eq!(model.name(), "gemini/gemini-2.5-flash");
/// ```
pub struct Gemini {
    path: String,
    sampling: Sampling,
    endpoint: Endpoint,
}

/// Gemini's names for parameters, beside DSPy's.
const PARAMETERS: [(&str, &str); 6] = [
    ("top_p", "topP"),
    ("top_k", "topK"),
    ("seed", "seed"),
    ("stop", "stopSequences"),
    ("presence_penalty", "presencePenalty"),
    ("frequency_penalty", "frequencyPenalty"),
];

impl Gemini {
    /// The model of that name, with the key in `GEMINI_API_KEY`.
    #[must_use]
    pub fn new(model: impl Into<String>) -> Self {
        let model = model.into();
        let key = Some(KeySource::variable("GEMINI_API_KEY"));
        let authorization = (HeaderName::from_static("x-goog-api-key"), "");
        let address = "https://generativelanguage.googleapis.com/v1beta";
        let endpoint = Endpoint::new(format!("gemini/{model}"), address, key, authorization);
        let path = format!("/models/{model}:generateContent");
        Self { path, sampling: Sampling::default(), endpoint }
    }

    /// The variable that holds the key.
    #[must_use]
    pub fn key_env(mut self, variable: impl Into<String>) -> Self {
        self.endpoint.key = Some(KeySource::variable(variable));
        self
    }

    /// The server's address, up to and without `/models`.
    #[must_use]
    pub fn base_url(mut self, base_url: impl Into<String>) -> Self {
        self.endpoint = self.endpoint.at(base_url.into());
        self
    }

    /// How calls sample that do not say so themselves.
    #[must_use]
    pub fn sampling(mut self, sampling: Sampling) -> Self {
        self.sampling = sampling;
        self
    }

    /// The longest exchange; see [`OpenAi::timeout`](super::OpenAi::timeout).
    #[must_use]
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.endpoint.timeout = Some(timeout);
        self
    }

    fn body<'a>(&self, request: &'a CompletionRequest) -> Result<Body<'a>, LmError> {
        let refused = |message| self.endpoint.error(LmErrorKind::Refused { message });
        Body::new(request, &self.sampling).map_err(refused)
    }
}

#[async_trait]
impl LanguageModel for Gemini {
    fn name(&self) -> &str {
        &self.endpoint.name
    }

    async fn complete(
        &self,
        request: &CompletionRequest,
        context: &CallContext,
    ) -> Result<Completion, LmError> {
        self.endpoint.complete(&self.path, self.body(request), read_answer, context).await
    }
}

impl fmt::Debug for Gemini {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Gemini")
            .field("name", &self.endpoint.name)
            .field("base_url", &self.endpoint.place())
            .field("key", &self.endpoint.key)
            .finish_non_exhaustive()
    }
}

/// The body of one request, with the keys that DSPy's own client sends, in its order.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    contents: Vec<Content<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    system_instruction: Option<Content<'a>>,
    #[serde(skip_serializing_if = "Map::is_empty")]
    generation_config: Map<String, Json>,
}

#[derive(Serialize)]
struct Content<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<&'static str>,
    parts: [Part<'a>; 1],
}

#[derive(Serialize)]
struct Part<'a> {
    text: Cow<'a, str>,
}

impl<'a> Body<'a> {
    /// # Errors
    /// The name of a parameter that JSON cannot carry, or that Gemini does not have, and why.
    fn new(request: &'a CompletionRequest, defaults: &Sampling) -> Result<Self, String> {
        let sampling = &request.sampling;
        let mut generation_config = Map::new();
        if let Some(temperature) = sampling.temperature.or(defaults.temperature) {
            generation_config.insert("temperature".to_owned(), temperature.into());
        }
        if let Some(max_tokens) = sampling.max_tokens.or(defaults.max_tokens) {
            generation_config.insert("maxOutputTokens".to_owned(), max_tokens.into());
        }
        generation_config.extend(parameters(&defaults.extra)?);
        generation_config.extend(parameters(&sampling.extra)?);
        let (system, messages) = parted(&request.messages);
        Ok(Self {
            contents: messages.map(|(role, text)| Content::new(Some(role), text)).collect(),
            system_instruction: system.map(|text| Content::new(None, text.into())),
            generation_config,
        })
    }
}

impl<'a> Content<'a> {
    fn new(role: Option<Role>, text: Cow<'a, str>) -> Self {
        let name = |role| if role == Role::Assistant { "model" } else { "user" };
        Self { role: role.map(name), parts: [Part { text }] }
    }
}

/// Parameters under Gemini's names.
fn parameters(extra: &Fields) -> Result<Map<String, Json>, String> {
    let named = |(name, value): (String, Json)| {
        let row = PARAMETERS.iter().find(|(known, _)| *known == name);
        match row {
            Some((_, own)) => Ok(((*own).to_owned(), value)),
            None => {
                let known = PARAMETERS.map(|(known, _)| format!("`{known}`")).join(", ");
                Err(format!("Gemini has no parameter `{name}`; it has {known}"))
            }
        }
    };
    json::parameters(extra)?.into_iter().map(named).collect()
}

/// Reads an answer: the texts of the first candidate, thoughts left out.
///
/// # Errors
/// [`LmErrorKind::Protocol`] says what the body is instead, by position and never by its text;
/// [`LmErrorKind::Refused`] where the prompt was blocked.
fn read_answer(body: &[u8], headers: &HeaderMap) -> Result<Completion, LmErrorKind> {
    let answer: Answer = json::answer(body, headers, "generated content")?;
    let Some(candidate) = answer.candidates.into_iter().next() else {
        let reason = answer.prompt_feedback.and_then(|feedback| feedback.block_reason);
        return Err(match reason {
            Some(reason) => {
                LmErrorKind::Refused { message: format!("the prompt was blocked: {reason}") }
            }
            None => LmErrorKind::Protocol { message: "the answer holds no candidate".into() },
        });
    };
    let parts = candidate.content.map(|content| content.parts).unwrap_or_default();
    let texts = parts.iter().filter(|part| !part.thought).filter_map(|part| part.text.as_deref());
    let usage = answer.usage_metadata.unwrap_or_default();
    Ok(Completion {
        text: texts.collect(),
        finish_reason: candidate.finish_reason,
        usage: Usage {
            input_tokens: usage.prompt_token_count,
            output_tokens: usage.candidates_token_count + usage.thoughts_token_count,
        },
        ..Completion::default()
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer<'a> {
    #[serde(borrow, default)]
    candidates: Vec<Candidate<'a>>,
    usage_metadata: Option<Counted>,
    prompt_feedback: Option<Feedback>,
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
struct WrittenPart<'a> {
    #[serde(borrow)]
    text: Option<Cow<'a, str>>,
    #[serde(default)]
    thought: bool,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Counted {
    prompt_token_count: u64,
    candidates_token_count: u64,
    thoughts_token_count: u64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Feedback {
    block_reason: Option<String>,
}

#[cfg(test)]
mod tests {
    use dspex_signature::{Message, fields};

    use super::*;

    #[track_caller]
    fn sends(messages: &[(Role, &str)], sampling: Sampling, expected: &str) {
        let message =
            |(role, text): &(Role, &str)| Message { role: *role, content: (*text).into() };
        let request = CompletionRequest::new(messages.iter().map(message).collect());
        let request = request.with_sampling(sampling);
        let body = Gemini::new("gemini-2.5-flash").body(&request);
        let body = body.map(|body| serde_json::to_string(&body).unwrap());
        assert_eq!(body.unwrap_or_else(|error| error.to_string()), expected);
    }

    // Recorded of DSPy 3.4.1, which sent these bodies to a server of this machine.
    #[test]
    fn a_body_is_what_dspy_sends() {
        let talk = [
            (Role::System, "Sys"),
            (Role::User, "Q1"),
            (Role::Assistant, "A1"),
            (Role::User, "Q2"),
        ];
        sends(
            &talk,
            Sampling { temperature: Some(0.5), max_tokens: Some(100), extra: fields! {} },
            r#"{"contents":[{"role":"user","parts":[{"text":"Q1"}]},{"role":"model","parts":[{"text":"A1"}]},{"role":"user","parts":[{"text":"Q2"}]}],"systemInstruction":{"parts":[{"text":"Sys"}]},"generationConfig":{"temperature":0.5,"maxOutputTokens":100}}"#,
        );
        let extra = fields! { "top_k" => 5, "seed" => 3, "presence_penalty" => 0.5 };
        sends(
            &[(Role::User, "Q")],
            Sampling { extra, ..Sampling::default() },
            r#"{"contents":[{"role":"user","parts":[{"text":"Q"}]}],"generationConfig":{"topK":5,"seed":3,"presencePenalty":0.5}}"#,
        );
        sends(
            &[],
            Sampling { extra: fields! { "foo" => 1 }, ..Sampling::default() },
            "language model `gemini/gemini-2.5-flash` refused the request: Gemini has no parameter \
             `foo`; it has `top_p`, `top_k`, `seed`, `stop`, `presence_penalty`, \
             `frequency_penalty`",
        );
    }

    #[track_caller]
    fn reads(body: &str, expected: Result<&str, &str>) {
        let read = read_answer(body.as_bytes(), &HeaderMap::new());
        let read = read.map(|done| done.text).map_err(|error| error.to_string());
        assert_eq!(read.as_deref().map_err(String::as_str), expected);
    }

    #[test]
    fn an_answer_is_the_texts_of_the_first_candidate() {
        let body = r#"{"candidates": [{"content": {"role": "model", "parts": [
            {"text": "hm", "thought": true}, {"text": "Le"}, {"text": "eds"}]},
            "finishReason": "STOP"}], "usageMetadata": {"promptTokenCount": 5,
            "candidatesTokenCount": 7, "thoughtsTokenCount": 3}}"#;
        reads(body, Ok("Leeds"));
        let usage = read_answer(body.as_bytes(), &HeaderMap::new()).unwrap().usage;
        assert_eq!(usage, Usage { input_tokens: 5, output_tokens: 10 });
        reads(r#"{"candidates": [{"finishReason": "MAX_TOKENS"}]}"#, Ok(""));
        reads(
            r#"{"promptFeedback": {"blockReason": "SAFETY"}}"#,
            Err("refused the request: the prompt was blocked: SAFETY"),
        );
        reads("{}", Err("answered outside its protocol: the answer holds no candidate"));
    }
}
