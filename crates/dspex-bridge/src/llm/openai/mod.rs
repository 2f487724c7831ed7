//! Any server that speaks OpenAI's chat completions over HTTP.

mod wire;

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use reqwest::header;

pub(crate) use wire::{Body, read_completion};

use super::endpoint::Endpoint;
use super::provider::{PROVIDERS, Provider};
use super::secret::KeySource;
use super::{
    Completion, CompletionRequest, LanguageModel, LmCapabilities, LmError, LmErrorKind, Sampling,
};
use crate::call::CallContext;

/// A model behind OpenAI's chat completions: OpenAI itself, or any server of its protocol.
///
/// The request's body is the one that DSPy's own client sends. The key is read from the
/// environment at each call and never printed. Nothing is tried twice: see
/// [`Retry`](super::Retry).
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
pub struct OpenAi {
    model: String,
    max_tokens_field: &'static str,
    sampling: Sampling,
    endpoint: Endpoint,
}

impl OpenAi {
    /// The longest exchange where neither the call nor [`OpenAi::timeout`] says how long.
    pub const DEFAULT_TIMEOUT: Duration = Endpoint::DEFAULT_TIMEOUT;

    /// The model of that name at OpenAI, with the key in `OPENAI_API_KEY`.
    #[must_use]
    pub fn new(model: impl Into<String>) -> Self {
        Self::of(&PROVIDERS[0], model)
    }

    /// The model of that name at a provider of the table.
    pub(crate) fn of(provider: &Provider, model: impl Into<String>) -> Self {
        let model = model.into();
        let name = format!("{}/{model}", provider.prefix);
        let key = provider.key_env.map(KeySource::variable);
        let bearer = (header::AUTHORIZATION, "Bearer ");
        Self {
            model,
            max_tokens_field: provider.max_tokens_field,
            sampling: Sampling::default(),
            endpoint: Endpoint::new(name, provider.base_url, key, bearer),
        }
    }

    /// The variable that holds the key.
    #[must_use]
    pub fn key_env(mut self, variable: impl Into<String>) -> Self {
        self.endpoint.key = Some(KeySource::variable(variable));
        self
    }

    /// No key: the server asks for none.
    #[must_use]
    pub fn no_key(mut self) -> Self {
        self.endpoint.key = None;
        self
    }

    /// The server's address, up to and without `/chat/completions`.
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

    /// The longest exchange; one that takes longer is a timeout, which may be tried again. The
    /// call's own deadline holds as well.
    #[must_use]
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.endpoint.timeout = Some(timeout);
        self
    }

    /// The request's body.
    ///
    /// # Errors
    /// [`LmErrorKind::Refused`] names a parameter that JSON cannot carry.
    pub(crate) fn body<'a>(&'a self, request: &'a CompletionRequest) -> Result<Body<'a>, LmError> {
        Body::new(&self.model, request, &self.sampling, self.max_tokens_field)
            .map_err(|message| self.endpoint.error(LmErrorKind::Refused { message }))
    }
}

#[async_trait]
impl LanguageModel for OpenAi {
    fn name(&self) -> &str {
        &self.endpoint.name
    }

    fn capabilities(&self) -> LmCapabilities {
        // DSPy's catalogue of models is not read yet; unknown is "cannot", as in DSPy.
        LmCapabilities::default()
    }

    async fn complete(
        &self,
        request: &CompletionRequest,
        context: &CallContext,
    ) -> Result<Completion, LmError> {
        self.endpoint
            .complete("/chat/completions", self.body(request), read_completion, context)
            .await
    }
}

impl fmt::Debug for OpenAi {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("OpenAi")
            .field("name", &self.endpoint.name)
            .field("base_url", &self.endpoint.place())
            .field("key", &self.endpoint.key)
            .finish_non_exhaustive()
    }
}
