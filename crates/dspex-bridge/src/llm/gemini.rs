//! Gemini's `generateContent` over HTTP.

use std::borrow::Cow;

use dspex_signature::{Fields, Role};
use reqwest::header::{HeaderMap, HeaderName};
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use super::draft::Draft;
use super::endpoint::{Endpoint, parted};
use super::failure::error_message;
use super::remote::{Protocol, Remote};
use super::secret::KeySource;
use super::{Completion, CompletionRequest, LmErrorKind, Sampling, json};
use crate::call::Usage;

/// A model behind Google's Gemini API.
///
/// ```
/// use dspex_bridge::llm::{Gemini, LanguageModel};
///
/// let model = Gemini::new("gemini-2.5-flash");
/// assert_eq!(model.name(), "gemini/gemini-2.5-flash");
/// ```
pub type Gemini = Remote<GenerateContent>;

/// The protocol of [`Gemini`].
pub struct GenerateContent {
    model: String,
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
        Self::at(GenerateContent { model }, endpoint)
    }
}

impl Protocol for GenerateContent {
    type Body<'b> = Body<'b>;

    fn path(&self, is_streamed: bool) -> (Cow<'_, str>, Option<&'static str>) {
        let (method, query) = match is_streamed {
            true => ("streamGenerateContent", Some("alt=sse")),
            false => ("generateContent", None),
        };
        (format!("/models/{}:{method}", self.model).into(), query)
    }

    fn body<'b>(
        &'b self,
        request: &'b CompletionRequest,
        defaults: &Sampling,
        _is_streamed: bool,
    ) -> Result<Body<'b>, String> {
        Body::new(request, defaults)
    }

    fn read(body: &[u8], headers: &HeaderMap) -> Result<Completion, LmErrorKind> {
        let answer: Answer = json::answer(body, headers, "generated content")?;
        let mut draft = Draft::default();
        match answer.read(&mut draft)? {
            true => Ok(draft.completion),
            false => Err(LmErrorKind::Protocol { message: "the answer holds no candidate".into() }),
        }
    }

    fn read_event(data: &str, draft: &mut Draft) -> Result<(), LmErrorKind> {
        let answer: Answer = json::event(data, "generated content")?;
        if let Some(message) = answer.error.as_ref().and_then(|_| error_message(data.as_bytes())) {
            return Err(LmErrorKind::Server { message });
        }
        answer.read(draft).map(drop)
    }
}

/// The body of one request, with the keys that DSPy's own client sends, in its order.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Body<'a> {
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

impl Answer<'_> {
    /// Adds the texts and thoughts of the first candidate to a draft; `false` where there is none.
    ///
    /// # Errors
    /// [`LmErrorKind::Refused`] where the prompt was blocked.
    fn read(self, draft: &mut Draft) -> Result<bool, LmErrorKind> {
        if let Some(usage) = self.usage_metadata {
            draft.completion.usage = Usage {
                input_tokens: usage.prompt_token_count,
                output_tokens: usage.candidates_token_count + usage.thoughts_token_count,
            };
        }
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
        let model = Gemini::new("gemini-2.5-flash");
        let body = model.body(&request, false).map(|body| serde_json::to_string(&body).unwrap());
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
        let read = GenerateContent::read(body.as_bytes(), &HeaderMap::new());
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
        let usage = GenerateContent::read(body.as_bytes(), &HeaderMap::new()).unwrap().usage;
        assert_eq!(usage, Usage { input_tokens: 5, output_tokens: 10 });
        reads(r#"{"candidates": [{"finishReason": "MAX_TOKENS"}]}"#, Ok(""));
        reads(
            r#"{"promptFeedback": {"blockReason": "SAFETY"}}"#,
            Err("refused the request: the prompt was blocked: SAFETY"),
        );
        reads("{}", Err("answered outside its protocol: the answer holds no candidate"));
    }
}
