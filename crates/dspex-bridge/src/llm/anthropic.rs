//! Anthropic's messages over HTTP.

use std::borrow::Cow;

use dspex_signature::{Fields, Role};
use reqwest::header::{HeaderMap, HeaderName};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use super::draft::Draft;
use super::endpoint::{Endpoint, parted};
use super::failure::error_message;
use super::remote::{Protocol, Remote};
use super::secret::KeySource;
use super::{Completion, CompletionRequest, LmErrorKind, Sampling, json};
use crate::call::Usage;

/// A model behind Anthropic's messages API.
///
/// ```
/// use dspex_bridge::llm::{Anthropic, LanguageModel};
///
/// let model = Anthropic::new("claude-haiku-4-5");
/// assert_eq!(model.name(), "anthropic/claude-haiku-4-5");
/// ```
pub type Anthropic = Remote<Messages>;

/// The protocol of [`Anthropic`].
pub struct Messages {
    model: String,
}

/// The most tokens of an answer where nobody says how many, by what a model's name begins with.
///
/// Source: what DSPy 3.4.1 sends, which knows what each model can write and asks for no more than
/// the last row.
const MAX_TOKENS: [(&str, u64); 4] =
    [("claude-3-5-", 8192), ("claude-3-7-", 16384), ("claude-3-", 4096), ("", 16384)];

/// Parameters that DSPy leaves out for Anthropic, which has none of them.
const LEFT_OUT: [&str; 2] = ["n", "seed"];

impl Anthropic {
    /// The model of that name, with the key in `ANTHROPIC_API_KEY`.
    #[must_use]
    pub fn new(model: impl Into<String>) -> Self {
        let model = model.into();
        let key = Some(KeySource::variable("ANTHROPIC_API_KEY"));
        let authorization = (HeaderName::from_static("x-api-key"), "");
        let address = "https://api.anthropic.com/v1";
        let mut endpoint = Endpoint::new(format!("anthropic/{model}"), address, key, authorization);
        endpoint.headers = &[("anthropic-version", "2023-06-01")];
        Self::at(Messages { model }, endpoint)
    }
}

impl Protocol for Messages {
    type Body<'b> = Body<'b>;

    fn path(&self, _is_streamed: bool) -> (Cow<'_, str>, Option<&'static str>) {
        ("/messages".into(), None)
    }

    fn body<'b>(
        &'b self,
        request: &'b CompletionRequest,
        defaults: &Sampling,
        is_streamed: bool,
    ) -> Result<Body<'b>, String> {
        Body::new(&self.model, request, defaults, is_streamed)
    }

    fn read(body: &[u8], headers: &HeaderMap) -> Result<Completion, LmErrorKind> {
        read_answer(body, headers)
    }

    fn read_event(data: &str, draft: &mut Draft) -> Result<(), LmErrorKind> {
        read_event(data, draft)
    }
}

/// The body of one request, with the keys that DSPy's own client sends, in its order.
#[derive(Serialize)]
pub struct Body<'a> {
    model: &'a str,
    messages: Vec<Said<'a>>,
    stream: bool,
    max_tokens: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    system: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<f64>,
    #[serde(flatten)]
    parameters: Map<String, Json>,
}

#[derive(Serialize)]
struct Said<'a> {
    role: &'static str,
    content: [Part<'a>; 1],
}

#[derive(Serialize)]
struct Part<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    text: Cow<'a, str>,
}

impl<'a> Body<'a> {
    /// # Errors
    /// The name of a parameter that JSON cannot carry, and why.
    fn new(
        model: &'a str,
        request: &'a CompletionRequest,
        defaults: &Sampling,
        is_streamed: bool,
    ) -> Result<Self, String> {
        let sampling = &request.sampling;
        let usual = MAX_TOKENS.iter().find(|(prefix, _)| model.starts_with(prefix));
        let mut parameters = parameters(&defaults.extra)?;
        parameters.extend(self::parameters(&sampling.extra)?);
        let (system, messages) = parted(&request.messages);
        Ok(Self {
            model,
            messages: messages.map(Said::new).collect(),
            stream: is_streamed,
            max_tokens: sampling
                .max_tokens
                .or(defaults.max_tokens)
                .unwrap_or(usual.map_or(0, |(_, usual)| *usual)),
            system,
            temperature: sampling.temperature.or(defaults.temperature),
            parameters,
        })
    }
}

impl<'a> Said<'a> {
    fn new((role, text): (Role, Cow<'a, str>)) -> Self {
        let role = if role == Role::Assistant { "assistant" } else { "user" };
        Self { role, content: [Part { kind: "text", text }] }
    }
}

/// Parameters under Anthropic's names.
fn parameters(extra: &Fields) -> Result<Map<String, Json>, String> {
    let named = |(name, value): (String, Json)| match name.as_str() {
        "stop" => Some(("stop_sequences".to_owned(), value)),
        name if LEFT_OUT.contains(&name) => None,
        _ => Some((name, value)),
    };
    Ok(json::parameters(extra)?.into_iter().filter_map(named).collect())
}

/// Reads an answer: its texts, one after the other, and its thoughts.
///
/// # Errors
/// [`LmErrorKind::Protocol`] says what the body is instead, by position and never by its text.
fn read_answer(body: &[u8], headers: &HeaderMap) -> Result<Completion, LmErrorKind> {
    let answer: Answer = json::answer(body, headers, "a message")?;
    let mut draft = Draft::default();
    for part in &answer.content {
        part.write(&mut draft);
    }
    let usage = answer.usage.unwrap_or_default();
    Ok(Completion {
        finish_reason: answer.stop_reason,
        usage: Usage { input_tokens: usage.input(), output_tokens: usage.output_tokens },
        ..draft.completion
    })
}

/// Reads one event of a streamed answer; of a kind that is not known nothing is taken.
///
/// # Errors
/// As [`read_answer`]; [`LmErrorKind::Server`] for an error in place of an event.
fn read_event(data: &str, draft: &mut Draft) -> Result<(), LmErrorKind> {
    let event: Streamed = json::event(data, "an event of a message")?;
    match (event.kind, event.delta) {
        ("message_start", _) => {
            let usage = event.message.and_then(|message| message.usage).unwrap_or_default();
            let (input_tokens, output_tokens) = (usage.input(), usage.output_tokens);
            draft.completion.usage = Usage { input_tokens, output_tokens };
        }
        ("content_block_delta", Some(delta)) => delta.write(draft),
        ("message_delta", delta) => {
            draft.completion.finish_reason = delta.and_then(|delta| delta.stop_reason);
            if let Some(usage) = event.usage {
                draft.completion.usage.output_tokens = usage.output_tokens;
            }
        }
        ("message_stop", _) => draft.is_complete = true,
        ("error", _) => {
            let message = error_message(data.as_bytes());
            let message = message.unwrap_or_else(|| "an error without words".to_owned());
            return Err(LmErrorKind::Server { message });
        }
        _ => {}
    }
    Ok(())
}

#[derive(Deserialize)]
struct Answer<'a> {
    #[serde(borrow)]
    content: Vec<Written<'a>>,
    stop_reason: Option<String>,
    usage: Option<Counted>,
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
    stop_reason: Option<String>,
}

impl Written<'_> {
    fn write(&self, draft: &mut Draft) {
        match self.kind {
            "text" | "text_delta" => draft.write(self.text.as_deref().unwrap_or_default()),
            "thinking" | "thinking_delta" => {
                draft.think(self.thinking.as_deref().unwrap_or_default());
            }
            _ => {}
        }
    }
}

#[derive(Deserialize)]
struct Streamed<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    message: Option<Begun>,
    #[serde(borrow)]
    delta: Option<Written<'a>>,
    usage: Option<Counted>,
}

#[derive(Deserialize)]
struct Begun {
    usage: Option<Counted>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Counted {
    input_tokens: u64,
    output_tokens: u64,
    cache_creation_input_tokens: Option<u64>,
    cache_read_input_tokens: Option<u64>,
}

impl Counted {
    /// All that was read, what came from Anthropic's own cache included.
    fn input(&self) -> u64 {
        let cached = [self.cache_creation_input_tokens, self.cache_read_input_tokens];
        self.input_tokens + cached.into_iter().flatten().sum::<u64>()
    }
}

#[cfg(test)]
mod tests {
    use dspex_signature::{Message, fields};

    use super::*;

    fn message(role: Role, content: &str) -> Message {
        Message { role, content: content.to_owned() }
    }

    #[track_caller]
    fn sends(model: &str, messages: &[(Role, &str)], sampling: Sampling, expected: &str) {
        let messages = messages.iter().map(|(role, text)| message(*role, text)).collect();
        let request = CompletionRequest::new(messages).with_sampling(sampling);
        let model = Anthropic::new(model);
        assert_eq!(serde_json::to_string(&model.body(&request, false).unwrap()).unwrap(), expected);
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
            "claude-haiku-4-5",
            &talk,
            Sampling { temperature: Some(0.5), max_tokens: Some(100), extra: fields! {} },
            r#"{"model":"claude-haiku-4-5","messages":[{"role":"user","content":[{"type":"text","text":"Q1"}]},{"role":"assistant","content":[{"type":"text","text":"A1"}]},{"role":"user","content":[{"type":"text","text":"Q2"}]}],"stream":false,"max_tokens":100,"system":"Sys","temperature":0.5}"#,
        );
        let extra = fields! { "stop" => vec!["x"], "seed" => 3, "n" => 1 };
        sends(
            "claude-3-5-haiku-20241022",
            &[(Role::System, "S1"), (Role::System, "S2"), (Role::User, "Q")],
            Sampling { extra, ..Sampling::default() },
            r#"{"model":"claude-3-5-haiku-20241022","messages":[{"role":"user","content":[{"type":"text","text":"[developer]\nS2"}]},{"role":"user","content":[{"type":"text","text":"Q"}]}],"stream":false,"max_tokens":8192,"system":"S1","stop_sequences":["x"]}"#,
        );
        sends(
            "claude-3-opus-20240229",
            &[],
            Sampling::default(),
            r#"{"model":"claude-3-opus-20240229","messages":[],"stream":false,"max_tokens":4096}"#,
        );
    }

    #[test]
    fn an_answer_is_its_texts() {
        let body = br#"{"content": [{"type": "thinking", "thinking": "hm"},
            {"type": "text", "text": "Le"}, {"type": "search_result", "text": "York"},
            {"type": "text", "text": "eds"}],
            "stop_reason": "end_turn", "usage": {"input_tokens": 5, "output_tokens": 7,
            "cache_read_input_tokens": 100}}"#;
        let completion = read_answer(body, &HeaderMap::new()).unwrap();
        assert_eq!((&*completion.text, completion.reasoning.as_deref()), ("Leeds", Some("hm")));
        assert_eq!(completion.finish_reason.as_deref(), Some("end_turn"));
        assert_eq!(completion.usage, Usage { input_tokens: 105, output_tokens: 7 });
        let error = read_answer(b"{}", &HeaderMap::new()).unwrap_err();
        assert_eq!(
            error.to_string(),
            "answered outside its protocol: the answer is not a message (line 1, column 2; no \
             content type)"
        );
    }
}
