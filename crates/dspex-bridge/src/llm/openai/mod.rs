//! Any server that speaks OpenAI's chat completions over HTTP.

mod failure;
mod wire;

use std::fmt;
use std::sync::OnceLock;
use std::time::Duration;

use async_trait::async_trait;
use reqwest::{Client, Response, Url, header};

pub(crate) use failure::from_status;
pub(crate) use wire::{Body, read_completion};

use super::event;
use super::http::{self, BodyError};
use super::provider::{PROVIDERS, Provider};
use super::secret::{KeySource, Secret};
use super::{
    Completion, CompletionRequest, LanguageModel, LmCapabilities, LmError, LmErrorKind, Sampling,
};
use crate::call::{CallContext, CallErrorKind};

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
    name: String,
    model: String,
    base_url: String,
    key: Option<KeySource>,
    max_tokens_field: &'static str,
    sampling: Sampling,
    timeout: Option<Duration>,
    connection: OnceLock<Result<(Client, Url), LmError>>,
}

impl OpenAi {
    /// The longest exchange where neither the call nor [`OpenAi::timeout`] says how long.
    pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(60);

    /// The model of that name at OpenAI, with the key in `OPENAI_API_KEY`.
    #[must_use]
    pub fn new(model: impl Into<String>) -> Self {
        Self::of(&PROVIDERS[0], model)
    }

    /// The model of that name at a provider of the table.
    pub(crate) fn of(provider: &Provider, model: impl Into<String>) -> Self {
        let model = model.into();
        Self {
            name: format!("{}/{model}", provider.prefix),
            model,
            base_url: provider.base_url.to_owned(),
            key: provider.key_env.map(KeySource::variable),
            max_tokens_field: provider.max_tokens_field,
            sampling: Sampling::default(),
            timeout: None,
            connection: OnceLock::new(),
        }
    }

    /// The variable that holds the key.
    #[must_use]
    pub fn key_env(mut self, variable: impl Into<String>) -> Self {
        self.key = Some(KeySource::variable(variable));
        self
    }

    /// No key: the server asks for none.
    #[must_use]
    pub fn no_key(mut self) -> Self {
        self.key = None;
        self
    }

    /// The server's address, up to and without `/chat/completions`.
    #[must_use]
    pub fn base_url(mut self, base_url: impl Into<String>) -> Self {
        self.base_url = base_url.into();
        self.connection = OnceLock::new();
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
        self.timeout = Some(timeout);
        self
    }

    /// The request's body.
    ///
    /// # Errors
    /// [`LmErrorKind::Refused`] names a parameter that JSON cannot carry.
    pub(crate) fn body<'a>(&'a self, request: &'a CompletionRequest) -> Result<Body<'a>, LmError> {
        Body::new(&self.model, request, &self.sampling, self.max_tokens_field)
            .map_err(|message| self.error(LmErrorKind::Refused { message }))
    }

    async fn exchange(
        &self,
        request: &CompletionRequest,
        context: &CallContext,
    ) -> Result<Completion, LmError> {
        let started = context.now();
        let key = self.key.as_ref().map(KeySource::read).transpose();
        let key = key.map_err(|kind| self.error(kind))?;
        let sent = tokio::time::timeout(self.limit(context), self.send(request, key.as_ref()));
        let took = || context.now().saturating_duration_since(started);
        match context.bound(sent).await {
            Ok(Ok(completion)) => completion.map(|done| Completion { took: took(), ..done }),
            Err(error) if matches!(error.kind(), CallErrorKind::Cancelled) => {
                Err(self.error(LmErrorKind::Cancelled))
            }
            Ok(Err(_)) | Err(_) => Err(self.error(LmErrorKind::Timeout { after: took() })),
        }
    }

    /// How long one exchange may take.
    fn limit(&self, context: &CallContext) -> Duration {
        let limits = [context.remaining(), self.timeout];
        limits.into_iter().flatten().min().unwrap_or(Self::DEFAULT_TIMEOUT)
    }

    async fn send(
        &self,
        request: &CompletionRequest,
        key: Option<&Secret>,
    ) -> Result<Completion, LmError> {
        let (client, url) = self.connection()?;
        let mut builder = client.post(url.clone()).json(&self.body(request)?);
        if let Some(key) = key {
            builder = builder.header(header::AUTHORIZATION, self.authorization(key)?);
        }
        let mut response = builder.send().await.map_err(|error| self.unreachable(&error))?;
        let (status, headers) = (response.status(), response.headers().clone());
        let body = self.read(&mut response).await?;
        if status.is_success() {
            return read_completion(&body, &headers)
                .map_err(|kind| self.error(kind).with_status(status.as_u16()));
        }
        Err(from_status(&self.name, self.key_env_name(), key, status, &headers, &body))
    }

    async fn read(&self, response: &mut Response) -> Result<Vec<u8>, LmError> {
        let status = response.status().as_u16();
        http::read_body(response).await.map_err(|error| match error {
            BodyError::TooLarge => {
                let message = format!("the answer is larger than {} MiB", http::MAX_BODY >> 20);
                self.error(LmErrorKind::Protocol { message }).with_status(status)
            }
            BodyError::Broken(error) => self.unreachable(&error).with_status(status),
        })
    }

    /// The client and the full address, made at the first call.
    fn connection(&self) -> Result<&(Client, Url), LmError> {
        let connection = self.connection.get_or_init(|| {
            let path = format!("{}/chat/completions", self.base_url.trim_end_matches('/'));
            let unreachable =
                |reason| self.error(LmErrorKind::Unreachable { url: self.place(), reason });
            let url = Url::parse(&path)
                .map_err(|error| unreachable(format!("not an address: {error}")))?;
            if !matches!(url.scheme(), "http" | "https") {
                return Err(unreachable(
                    "the address starts neither `http://` nor `https://`".into(),
                ));
            }
            Ok((http::client(&url).map_err(unreachable)?, url))
        });
        connection.as_ref().map_err(Clone::clone)
    }

    fn authorization(&self, key: &Secret) -> Result<header::HeaderValue, LmError> {
        let value = header::HeaderValue::try_from(format!("Bearer {}", key.expose()));
        let mut value = value.map_err(|_| {
            let message =
                format!("the key in `{}` has characters no header holds", self.key_env_name());
            self.error(LmErrorKind::Refused { message })
        })?;
        value.set_sensitive(true);
        Ok(value)
    }

    fn unreachable(&self, error: &reqwest::Error) -> LmError {
        let reason = match error.is_connect() && error.is_timeout() {
            true => "no connection in time".to_owned(),
            false => http::innermost(error),
        };
        self.error(LmErrorKind::Unreachable { url: self.place(), reason })
    }

    /// The address without what may be private in it: user, password and query.
    fn place(&self) -> String {
        let Ok(mut url) = Url::parse(&self.base_url) else { return self.base_url.clone() };
        // Both fail only for addresses that cannot carry a user at all.
        let _ = (url.set_username(""), url.set_password(None));
        url.set_query(None);
        url.to_string()
    }

    fn key_env_name(&self) -> &str {
        self.key.as_ref().map_or("none", KeySource::name)
    }

    fn error(&self, kind: LmErrorKind) -> LmError {
        LmError::new(&self.name, kind)
    }
}

#[async_trait]
impl LanguageModel for OpenAi {
    fn name(&self) -> &str {
        &self.name
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
        let started = context.now();
        let result = self.exchange(request, context).await;
        event::finished(&self.name, started, &result, context);
        result
    }
}

impl fmt::Debug for OpenAi {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("OpenAi")
            .field("name", &self.name)
            .field("base_url", &self.place())
            .field("key", &self.key)
            .finish_non_exhaustive()
    }
}
