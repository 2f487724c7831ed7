//! Further providers, by the crate `genai`.

mod answer;
mod failure;
mod request;

use std::borrow::Cow;
use std::fmt;
use std::sync::OnceLock;
use std::time::Duration;

use async_trait::async_trait;
use genai::Client;
use genai::chat::{ChatOptions, ChatRequest, ChatResponse};
use genai::resolver::{AuthData, Endpoint};
use reqwest::Url;

use super::catalogue::Known;
use super::remote::identity;
use super::secret::{Round, Sent};
use super::underway::Underway;
use super::{
    Completion, CompletionRequest, Key, LanguageModel, LmCapabilities, LmError, LmErrorKind, Price,
    Sampling, for_one, http, wait,
};
use crate::call::CallContext;

/// A model of a provider that the crate `genai` speaks to, by `genai`'s own name: `cohere::command-r`.
///
/// For breadth, where DSPy's bytes do not matter: the bodies are `genai`'s. What dspex speaks itself,
/// it speaks better. Keys and the connection are dspex's; `genai` reads no variable. A stream is the
/// whole answer in one piece.
///
/// ```
/// use dspex_bridge::llm::{Genai, LanguageModel};
///
/// let model = Genai::new("cohere::command-r").key_env("COHERE_API_KEY");
/// assert_eq!(model.name(), "genai/cohere::command-r");
/// ```
pub struct Genai {
    name: String,
    model: String,
    key: Option<Key>,
    base_url: Option<String>,
    sampling: Sampling,
    timeout: Duration,
    known: Known,
    client: OnceLock<Result<Client, LmErrorKind>>,
}

impl Genai {
    /// The model of that name, without a key.
    pub fn new(model: impl Into<String>) -> Self {
        let model = model.into();
        Self {
            name: format!("genai/{model}"),
            model,
            key: None,
            base_url: None,
            sampling: Sampling::default(),
            timeout: Duration::from_secs(60),
            known: Known::default(),
            client: OnceLock::new(),
        }
    }

    /// The variable that holds the key.
    #[must_use]
    pub fn key_env(self, variable: impl Into<String>) -> Self {
        self.key(Key::env(variable))
    }

    /// Where the key comes from.
    #[must_use]
    pub fn key(mut self, key: Key) -> Self {
        self.key = Some(key);
        self
    }

    /// The provider's address, as `genai` takes it: with a `/` at its end.
    #[must_use]
    pub fn base_url(mut self, base_url: impl Into<String>) -> Self {
        self.base_url = Some(base_url.into());
        self
    }

    /// How calls sample that do not say so themselves.
    #[must_use]
    pub fn sampling(mut self, sampling: Sampling) -> Self {
        self.sampling = sampling;
        self
    }

    /// The longest exchange, 60 seconds where nobody says; the call's own deadline holds as well.
    #[must_use]
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// What the model costs; the catalogue knows no names of `genai`'s.
    #[must_use]
    pub fn price(mut self, price: Price) -> Self {
        self.known.price = Some(price);
        self
    }

    /// What the model can do.
    #[must_use]
    pub const fn can(mut self, capabilities: LmCapabilities) -> Self {
        self.known.capabilities = Some(capabilities);
        self
    }

    fn error(&self, kind: LmErrorKind) -> LmError {
        LmError::new(&self.name, kind)
    }

    fn client(&self) -> Result<&Client, LmError> {
        let client = self.client.get_or_init(|| {
            let address = self.base_url.as_deref().unwrap_or("https://genai.invalid");
            let unreachable = |reason| LmErrorKind::Unreachable { url: address.to_owned(), reason };
            let url = Url::parse(address).map_err(|error| unreachable(error.to_string()))?;
            let client = http::client(&url, http::CONNECT_TIMEOUT).map_err(unreachable)?;
            // Without a resolver of ours it would read variables of its own.
            let nothing = |_| Ok(Some(AuthData::from_single("")));
            let builder = Client::builder().with_reqwest(client).with_auth_resolver_fn(nothing);
            builder.build().map_err(|error| failure::of(&error, &Sent::default(), &self.name).kind)
        });
        client.as_ref().map_err(|kind| self.error(kind.clone()))
    }

    /// Sends a request; a refused key is followed by the next one.
    async fn exchange(
        &self,
        asked: ChatRequest,
        options: &ChatOptions,
    ) -> Result<ChatResponse, LmError> {
        let client = self.client()?;
        let target = client.resolve_service_target(self.model.as_str()).await;
        let mut target =
            target.map_err(|error| failure::of(&error, &Sent::default(), &self.name))?;
        if let Some(base_url) = &self.base_url {
            target.endpoint = Endpoint::from_owned(base_url.as_str());
        }
        let Some(key) = &self.key else {
            let answer = client.exec_chat(target, asked, Some(options)).await;
            return answer.map_err(|error| failure::of(&error, &Sent::default(), &self.name));
        };
        let (mut round, mut refusal) = (Round::new(key), None);
        while let Some(secret) = round.next().await {
            let mut target = target.clone();
            target.auth = AuthData::from_single(secret.expose());
            let answer = client.exec_chat(target, asked.clone(), Some(options)).await;
            let error = match answer {
                Ok(answer) => {
                    round.was_taken();
                    return Ok(answer);
                }
                Err(error) => failure::of(&error, round.sent(), &self.name),
            };
            match error.kind {
                LmErrorKind::Unauthorized { .. } => refusal = Some(error),
                _ => return Err(error),
            }
        }
        Err(refusal.unwrap_or_else(|| self.error(round.missing())))
    }

    /// Does one step within its time.
    async fn bounded<T>(
        &self,
        step: impl Future<Output = Result<T, LmError>>,
        context: &CallContext,
    ) -> Result<T, LmError> {
        let timed = tokio::time::timeout(self.timeout, step);
        wait::within(&self.name, context, timed)
            .await?
            .unwrap_or_else(|_| Err(self.error(LmErrorKind::Timeout { after: self.timeout })))
    }

    async fn ask(
        &self,
        request: &CompletionRequest,
        context: &CallContext,
    ) -> Result<Completion, LmError> {
        let (asked, options) = self.told(request)?;
        let exchange = self.exchange(asked, &options);
        let completion = answer::read(&self.bounded(exchange, context).await?);
        // What is no answer at all, `genai` reads as an empty one.
        let is_empty = completion.text.is_empty() && completion.tool_calls.is_empty();
        if is_empty && completion.finish_reason.is_none() {
            let message = "the answer holds nothing".to_owned();
            return Err(self.error(LmErrorKind::Protocol { message }));
        }
        Ok(Completion { cost: self.known.cost(&self.name, &completion), ..completion })
    }

    fn told(&self, request: &CompletionRequest) -> Result<(ChatRequest, ChatOptions), LmError> {
        let told = request::of(request, &for_one(&self.sampling));
        told.map_err(|message| self.error(LmErrorKind::Refused { message }))
    }
}

#[async_trait]
impl LanguageModel for Genai {
    fn name(&self) -> &str {
        &self.name
    }

    fn identity(&self) -> Option<Cow<'_, str>> {
        let address = self.base_url.as_deref().unwrap_or_default();
        Some(identity(address, "genai", &self.sampling).into())
    }

    fn capabilities(&self) -> LmCapabilities {
        let known = self.known.capabilities(&self.name);
        LmCapabilities { streaming: false, ..known }
    }

    fn default_sampling(&self) -> Option<&Sampling> {
        Some(&self.sampling)
    }

    fn price(&self) -> Option<Price> {
        self.known.price(&self.name)
    }

    async fn complete(
        &self,
        request: &CompletionRequest,
        context: &CallContext,
    ) -> Result<Completion, LmError> {
        let underway = Underway::begin(&self.name, context);
        let answer = self.ask(request, context).await;
        let took = underway.took();
        let answer = answer.map(|completion| Completion { took, ..completion });
        underway.end(answer.as_ref());
        answer
    }
}

impl fmt::Debug for Genai {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Genai")
            .field("name", &self.name)
            .field("base_url", &self.base_url.as_deref().map(http::place))
            .field("key", &self.key)
            .finish_non_exhaustive()
    }
}
