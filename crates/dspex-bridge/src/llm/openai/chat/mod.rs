//! OpenAI's chat completions.

mod answer;
mod body;
mod content;
mod habits;

use reqwest::header::HeaderMap;

pub(crate) use answer::read_completion;
pub(in crate::llm) use answer::read_event;
pub(in crate::llm) use body::{Body, Dialect, Said};
pub(super) use body::{compact, named_choice};
use habits::Habits;

use super::reasoning;
use crate::llm::draft::Draft;
use crate::llm::provider::Provider;
use crate::llm::remote::{Path, Protocol};
use crate::llm::{Completion, CompletionRequest, LmErrorKind, Sampling};

/// The protocol of [`OpenAi`](super::OpenAi).
pub struct ChatCompletions {
    pub(super) model: String,
    dialect: Dialect,
}

impl ChatCompletions {
    pub(super) fn of(provider: &Provider, model: String) -> Self {
        let (max_tokens_field, habits) =
            (provider.max_tokens_field, Some(Habits::of(provider.prefix)));
        Self { model, dialect: Dialect { max_tokens_field, habits } }
    }
}

impl Protocol for ChatCompletions {
    type Body<'b> = Body<'b>;

    fn path(&self, _is_streamed: bool) -> Path<'_> {
        ("/chat/completions".into(), None)
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
        Body::new(&self.model, request, defaults, self.dialect, is_streamed)
    }

    fn read(body: &[u8], headers: &HeaderMap) -> Result<Completion, LmErrorKind> {
        read_completion(body, headers)
    }

    fn read_event(data: &str, draft: &mut Draft) -> Result<(), LmErrorKind> {
        read_event(data, draft)
    }
}
