//! Any server that speaks OpenAI's chat completions over HTTP.

mod answer;
mod body;

use std::borrow::Cow;

use reqwest::header::{self, HeaderMap};

pub(crate) use answer::read_completion;

use super::draft::Draft;
use super::endpoint::Endpoint;
use super::provider::{PROVIDERS, Provider};
use super::remote::{Protocol, Remote};
use super::secret::Key;
use super::{Completion, CompletionRequest, LmErrorKind, Sampling};

/// A model behind OpenAI's chat completions: OpenAI itself, or any server of its protocol.
///
/// ```
/// use dspex_bridge::llm::{LanguageModel, OpenAi};
///
/// let hosted = OpenAi::new("gpt-4o-mini");
/// assert_eq!(hosted.name(), "openai/gpt-4o-mini");
///
/// let mine = OpenAi::new("qwen3:8b").base_url("http://10.0.0.7:8000/v1").key_env("MY_SERVER_KEY");
/// assert_eq!(mine.name(), "openai/qwen3:8b");
/// ```
pub type OpenAi = Remote<ChatCompletions>;

/// The protocol of [`OpenAi`].
pub struct ChatCompletions {
    model: String,
    max_tokens_field: &'static str,
}

impl OpenAi {
    /// The model of that name at OpenAI, with the key in `OPENAI_API_KEY`.
    #[must_use]
    pub fn new(model: impl Into<String>) -> Self {
        Self::of(&PROVIDERS[0], model)
    }

    /// The model of that name at a provider of the table.
    pub(crate) fn of(provider: &Provider, model: impl Into<String>) -> Self {
        let model = model.into();
        let name = format!("{}/{model}", provider.prefix);
        let key = provider.key_env.map(Key::env);
        let bearer = (header::AUTHORIZATION, "Bearer ");
        let protocol = ChatCompletions { model, max_tokens_field: provider.max_tokens_field };
        let mut endpoint = Endpoint::new(name, provider.base_url, key, bearer);
        endpoint.counts_thoughts_apart = provider.prefix == "xai";
        Self::at(protocol, endpoint)
    }
}

impl Protocol for ChatCompletions {
    type Body<'b> = body::Body<'b>;

    fn path(&self, _is_streamed: bool) -> (Cow<'_, str>, Option<&'static str>) {
        ("/chat/completions".into(), None)
    }

    fn body<'b>(
        &'b self,
        request: &'b CompletionRequest,
        defaults: &Sampling,
        is_streamed: bool,
    ) -> Result<body::Body<'b>, String> {
        body::Body::new(&self.model, request, defaults, self.max_tokens_field, is_streamed)
    }

    fn read(body: &[u8], headers: &HeaderMap) -> Result<Completion, LmErrorKind> {
        read_completion(body, headers)
    }

    fn read_event(data: &str, draft: &mut Draft) -> Result<(), LmErrorKind> {
        answer::read_event(data, draft)
    }
}
