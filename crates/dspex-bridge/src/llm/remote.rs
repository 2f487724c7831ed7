//! A model behind a provider's server: what all providers have in common.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use dspex_signature::Value;
use reqwest::header::HeaderMap;
use serde::Serialize;

use super::draft::Draft;
use super::endpoint::Endpoint;
use super::secret::Key;
use super::stops::Stops;
use super::{
    Catalogue, Completion, CompletionRequest, CompletionStream, History, LanguageModel,
    LmCapabilities, LmError, LmErrorKind, Price, Sampling, for_one,
};
use crate::call::CallContext;

/// Where requests go, below the server's address, and what follows the `?`.
pub(super) type Path<'p> = (Cow<'p, str>, Option<&'p str>);

/// What one provider's protocol says: the bodies of requests and answers. One file each.
pub trait Protocol: Send + Sync + 'static {
    /// The body of a request.
    type Body<'b>: Serialize + Send + Sync;

    /// Where requests go, below the server's address, and what follows the `?`.
    fn path(&self, is_streamed: bool) -> Path<'_>;

    /// Refuses sampling of the model's own that its provider would refuse.
    ///
    /// # Errors
    /// What to say instead.
    fn check(&self, _own: &Sampling) -> Result<(), String> {
        Ok(())
    }

    /// Where an answer ends, if the provider does not see to it.
    ///
    /// # Errors
    /// What is no such end.
    fn stops(&self, _request: &CompletionRequest, _own: &Sampling) -> Result<Stops, String> {
        Ok(Stops::default())
    }

    /// The body of a request, with the keys that DSPy's own client sends, in its order.
    ///
    /// # Errors
    /// The name of a parameter that JSON or the provider cannot carry, and why.
    fn body<'b>(
        &'b self,
        request: &'b CompletionRequest,
        defaults: &Sampling,
        is_streamed: bool,
    ) -> Result<Self::Body<'b>, String>;

    /// Reads a whole answer.
    ///
    /// # Errors
    /// [`LmErrorKind::Protocol`] says what the body is instead, by position and never by its text.
    fn read(body: &[u8], headers: &HeaderMap) -> Result<Completion, LmErrorKind>;

    /// Adds one event of a streamed answer to what was read of it before.
    ///
    /// # Errors
    /// As [`Protocol::read`]; what the provider reports in place of an event.
    fn read_event(data: &str, draft: &mut Draft) -> Result<(), LmErrorKind>;
}

/// A model behind a provider's server, in the provider's protocol.
///
/// The request's body is the one that DSPy's own client sends. The key comes from where
/// [`Key`] says and is never printed. Nothing is tried twice: see
/// [`Retry`](super::Retry).
pub struct Remote<P> {
    pub(super) protocol: P,
    pub(super) sampling: Sampling,
    /// Shared with the answers that are still being read.
    pub(super) endpoint: Arc<Endpoint>,
}

impl<P: Protocol> Remote<P> {
    /// The longest exchange where neither the call nor [`timeout`](Self::timeout) says how long.
    pub const DEFAULT_TIMEOUT: Duration = Endpoint::DEFAULT_TIMEOUT;

    pub(super) fn at(protocol: P, endpoint: Endpoint) -> Self {
        Self { protocol, sampling: Sampling::default(), endpoint: Arc::new(endpoint) }
    }

    /// Where the key comes from.
    #[must_use]
    pub fn key(self, key: Key) -> Self {
        self.change(|endpoint| endpoint.key = Some(key))
    }

    /// The variable that holds the key: [`Key::env`].
    #[must_use]
    pub fn key_env(self, variable: impl Into<String>) -> Self {
        self.key(Key::env(variable))
    }

    /// No key: the server asks for none.
    #[must_use]
    pub fn no_key(self) -> Self {
        self.change(|endpoint| endpoint.key = None)
    }

    /// The server's address, up to and without what the protocol puts behind it:
    /// `/chat/completions` at OpenAI, `/messages` at Anthropic, `/models` at Google.
    #[must_use]
    pub fn base_url(self, base_url: impl Into<String>) -> Self {
        self.change(|endpoint| endpoint.move_to(base_url.into()))
    }

    /// How calls sample that do not say so themselves.
    #[must_use]
    pub fn sampling(mut self, sampling: Sampling) -> Self {
        self.sampling = sampling;
        self
    }

    /// The longest exchange, and the longest silence of one that is streamed; what takes longer is
    /// a timeout, which may be tried again. The call's own deadline holds as well.
    #[must_use]
    pub fn timeout(self, timeout: Duration) -> Self {
        self.change(|endpoint| endpoint.timeout = Some(timeout))
    }

    /// The longest wait for a connection, 5 seconds where nobody says.
    #[must_use]
    pub fn connect_timeout(self, timeout: Duration) -> Self {
        self.change(|endpoint| endpoint.connect_within(timeout))
    }

    /// The longest wait for a streamed answer to begin, in place of [`timeout`](Self::timeout).
    #[must_use]
    pub fn first_token_timeout(self, timeout: Duration) -> Self {
        self.change(|endpoint| endpoint.first_token = Some(timeout))
    }

    /// The longest silence of a streamed answer that has begun, in place of
    /// [`timeout`](Self::timeout).
    #[must_use]
    pub fn idle_timeout(self, timeout: Duration) -> Self {
        self.change(|endpoint| endpoint.idle = Some(timeout))
    }

    /// What the model costs, in place of what its catalogue says.
    #[must_use]
    pub fn price(self, price: Price) -> Self {
        self.change(|endpoint| endpoint.known.price = Some(price))
    }

    /// What the model can do, in place of what its catalogue says; of most models behind a server of
    /// your own it says nothing.
    #[must_use]
    pub fn can(self, capabilities: LmCapabilities) -> Self {
        self.change(|endpoint| endpoint.known.capabilities = Some(capabilities))
    }

    /// Where the last exchanges are kept, as they were sent; nowhere where nobody says.
    #[must_use]
    pub fn history(self, history: History) -> Self {
        self.change(|endpoint| endpoint.history = Some(history))
    }

    /// The table that says what the model can do and costs, in place of the one that ships.
    #[must_use]
    pub fn catalogue(self, catalogue: Arc<Catalogue>) -> Self {
        self.change(|endpoint| endpoint.known.catalogue = Some(catalogue))
    }

    fn change(mut self, change: impl FnOnce(&mut Endpoint)) -> Self {
        change(Arc::make_mut(&mut self.endpoint));
        self
    }

    /// The request's body.
    ///
    /// # Errors
    /// [`LmErrorKind::Misconfigured`] for sampling of the model's own that its provider refuses,
    /// [`LmErrorKind::Refused`] names a parameter that cannot be carried.
    pub(crate) fn body<'b>(
        &'b self,
        request: &'b CompletionRequest,
        is_streamed: bool,
    ) -> Result<P::Body<'b>, LmError> {
        self.check()?;
        let body = self.protocol.body(request, &for_one(&self.sampling), is_streamed);
        body.map_err(|message| self.refused(message))
    }

    /// Refuses sampling of the model's own that its provider refuses.
    fn check(&self) -> Result<(), LmError> {
        let misconfigured = |message| self.endpoint.error(LmErrorKind::Misconfigured { message });
        self.protocol.check(&self.sampling).map_err(misconfigured)
    }

    /// The model for whoever asks, once its settings are found to be possible.
    pub(super) fn checked(self) -> Result<Arc<dyn LanguageModel>, LmError> {
        self.check()?;
        Ok(Arc::new(self))
    }

    /// A whole answer out of a streamed one, within the time of a whole one.
    async fn streamed(
        &self,
        request: &CompletionRequest,
        context: &CallContext,
    ) -> Result<Completion, LmError> {
        let answer = async { self.stream(request, context).await?.finish().await };
        self.endpoint.bounded(answer, None, context).await
    }

    fn stops(&self, request: &CompletionRequest) -> Result<Stops, LmError> {
        let stops = self.protocol.stops(request, &self.sampling);
        stops.map_err(|message| self.refused(message))
    }

    fn refused(&self, message: String) -> LmError {
        self.endpoint.error(LmErrorKind::Refused { message })
    }
}

#[async_trait]
impl<P: Protocol> LanguageModel for Remote<P> {
    fn name(&self) -> &str {
        &self.endpoint.name
    }

    fn identity(&self) -> Option<Cow<'_, str>> {
        Some(identity(&self.endpoint.place(), &self.protocol.path(false).0, &self.sampling).into())
    }

    fn capabilities(&self) -> LmCapabilities {
        let known = self.endpoint.known.capabilities(&self.endpoint.name);
        LmCapabilities { streaming: true, ..known }
    }

    fn default_sampling(&self) -> Option<&Sampling> {
        Some(&self.sampling)
    }

    fn price(&self) -> Option<Price> {
        self.endpoint.known.price(&self.endpoint.name)
    }

    async fn complete(
        &self,
        request: &CompletionRequest,
        context: &CallContext,
    ) -> Result<Completion, LmError> {
        // What stands behind the end is not waited for, as in DSPy.
        if !self.stops(request)?.is_empty() {
            return self.streamed(request, context).await;
        }
        let body = self.body(request, false);
        self.endpoint.complete(self.protocol.path(false), body, P::read, context).await
    }

    async fn stream(
        &self,
        request: &CompletionRequest,
        context: &CallContext,
    ) -> Result<CompletionStream, LmError> {
        let (body, stops) = (self.body(request, true), self.stops(request)?);
        self.endpoint.stream::<P>(self.protocol.path(true), body, stops, context).await
    }
}

/// Where a model is asked, and how it samples where a request does not say.
pub(crate) fn identity(address: &str, path: &str, own: &Sampling) -> String {
    let Sampling { temperature, max_tokens, extra } = own;
    let extra = Value::Map(extra.clone()).to_json();
    format!("{address}{path} {temperature:?} {max_tokens:?} {extra}")
}

impl<P> fmt::Debug for Remote<P> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Remote")
            .field("name", &self.endpoint.name)
            .field("base_url", &self.endpoint.place())
            .field("key", &self.endpoint.key)
            .finish_non_exhaustive()
    }
}
