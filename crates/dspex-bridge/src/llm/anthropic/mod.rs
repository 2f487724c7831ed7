//! Anthropic's messages over HTTP.

mod answer;
mod body;

use reqwest::header::{HeaderMap, HeaderName};

use super::draft::Draft;
use super::endpoint::Endpoint;
use super::remote::{Path, Protocol, Remote};
use super::secret::Key;
use super::{Completion, CompletionRequest, LmErrorKind, Sampling};

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

impl Anthropic {
    /// The model of that name, with the key in `ANTHROPIC_API_KEY`.
    #[must_use]
    pub fn new(model: impl Into<String>) -> Self {
        let model = model.into();
        let key = Some(Key::env("ANTHROPIC_API_KEY"));
        let authorization = (HeaderName::from_static("x-api-key"), "");
        let address = "https://api.anthropic.com/v1";
        let mut endpoint = Endpoint::new(format!("anthropic/{model}"), address, key, authorization);
        endpoint.headers = &[("anthropic-version", "2023-06-01")];
        Self::at(Messages { model }, endpoint)
    }
}

impl Protocol for Messages {
    type Body<'b> = body::Body<'b>;

    fn path(&self, _is_streamed: bool) -> Path<'_> {
        ("/messages".into(), None)
    }

    fn body<'b>(
        &'b self,
        request: &'b CompletionRequest,
        defaults: &Sampling,
        is_streamed: bool,
    ) -> Result<body::Body<'b>, String> {
        body::Body::new(&self.model, request, defaults, is_streamed)
    }

    fn read(body: &[u8], headers: &HeaderMap) -> Result<Completion, LmErrorKind> {
        answer::read(body, headers)
    }

    fn read_event(data: &str, draft: &mut Draft) -> Result<(), LmErrorKind> {
        answer::read_event(data, draft)
    }
}
