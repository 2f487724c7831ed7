//! Gemini's `generateContent` over HTTP.

mod answer;
mod body;

use reqwest::header::{HeaderMap, HeaderName};

use super::draft::Draft;
use super::endpoint::Endpoint;
use super::remote::{Path, Protocol, Remote};
use super::secret::Key;
use super::{Completion, CompletionRequest, LmErrorKind, Sampling};

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

impl Gemini {
    /// The model of that name, with the key in `GEMINI_API_KEY`.
    #[must_use]
    pub fn new(model: impl Into<String>) -> Self {
        let model = model.into();
        let key = Some(Key::env("GEMINI_API_KEY"));
        let authorization = (HeaderName::from_static("x-goog-api-key"), "");
        let address = "https://generativelanguage.googleapis.com/v1beta";
        let endpoint = Endpoint::new(format!("gemini/{model}"), address, key, authorization);
        Self::at(GenerateContent { model }, endpoint)
    }
}

impl Protocol for GenerateContent {
    type Body<'b> = body::Body<'b>;

    fn path(&self, is_streamed: bool) -> Path<'_> {
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
    ) -> Result<body::Body<'b>, String> {
        body::Body::new(&self.model, request, defaults)
    }

    fn read(body: &[u8], headers: &HeaderMap) -> Result<Completion, LmErrorKind> {
        answer::read(body, headers)
    }

    fn read_event(data: &str, draft: &mut Draft) -> Result<(), LmErrorKind> {
        answer::read_event(data, draft)
    }
}
