//! OpenAI's responses.

mod answer;
mod body;

use reqwest::header::HeaderMap;

use crate::llm::draft::Draft;
use crate::llm::remote::{Path, Protocol};
use crate::llm::stops::Stops;
use crate::llm::{Completion, CompletionRequest, LmErrorKind, Sampling};

/// The protocol of [`OpenAiResponses`](super::OpenAiResponses).
pub struct Responses {
    pub(super) model: String,
}

impl Protocol for Responses {
    type Body<'b> = body::Body<'b>;

    fn path(&self, _is_streamed: bool) -> Path<'_> {
        ("/responses".into(), None)
    }

    fn check(&self, own: &Sampling) -> Result<(), String> {
        super::reasoning::check(&self.model, own)
    }

    fn stops(&self, request: &CompletionRequest, own: &Sampling) -> Result<Stops, String> {
        Stops::read(&request.sampling, own)
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
