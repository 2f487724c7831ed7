//! Any model that DSPy reaches, asked in a Python worker.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use dspex_signature::{Fields, Value, ValueError, fields};

use super::PythonEngine;
use crate::call::{CallContext, CallError, CallErrorKind, PythonException, Usage};
use crate::llm::underway::Underway;
use crate::llm::{
    Completion, CompletionRequest, Key, Known, LanguageModel, LmCapabilities, LmError, LmErrorKind,
    LmRoute, Metadata, Price, Round, Sampling, Sent, ToolCall, chat_body, for_one, identity,
    logprobs, place,
};

/// A model of any provider that DSPy reaches, such as Bedrock or Vertex AI, whose completions run in
/// a worker of a [`PythonEngine`].
///
/// The worker asks through DSPy's own client, and never through a model of Rust's. Give it an engine of
/// its own: where a module in Python asks it, a worker waits for another one. No key enters Python but
/// those that are named here; each is read at each call, and taken out of the worker's environment
/// behind it. A stream is the whole answer in one piece.
///
/// ```no_run
/// use std::collections::BTreeMap;
/// use std::sync::Arc;
///
/// use dspex_bridge::llm::Models;
/// use dspex_bridge::python::{PoolConfig, PythonConfig, PythonEngine, PythonLm};
/// use dspex_telemetry::Recorder;
///
/// let pools = BTreeMap::from([("general".to_owned(), PoolConfig::workers(1..=4))]);
/// let python = PythonConfig::venv(".venv");
/// let engine = Arc::new(PythonEngine::new(python, pools, Models::new(), Recorder::new()));
/// let model = PythonLm::new(&engine, "bedrock/us.amazon.nova-lite-v1:0")
///     .variable("AWS_REGION", "eu-west-1")
///     .key_env("AWS_ACCESS_KEY_ID")
///     .key_env("AWS_SECRET_ACCESS_KEY");
/// ```
#[derive(Clone)]
pub struct PythonLm {
    engine: Arc<PythonEngine>,
    name: String,
    base_url: Option<String>,
    sampling: Sampling,
    timeout: Option<Duration>,
    /// What the worker's environment holds while it asks, which is no secret.
    variables: Fields,
    keys: Vec<(String, Key)>,
    known: Known,
}

impl PythonLm {
    /// The model that DSPy calls `name`.
    pub fn new(engine: &Arc<PythonEngine>, name: impl Into<String>) -> Self {
        Self {
            engine: engine.clone(),
            name: name.into(),
            base_url: None,
            sampling: Sampling::default(),
            timeout: None,
            variables: Fields::new(),
            keys: Vec::new(),
            known: Known::default(),
        }
    }

    /// The provider's address, DSPy's `api_base`.
    #[must_use]
    pub fn base_url(mut self, base_url: impl Into<String>) -> Self {
        self.base_url = Some(base_url.into());
        self
    }

    /// A variable of the worker's environment while it asks.
    #[must_use]
    pub fn variable(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.variables.insert(name.into(), value.into());
        self
    }

    /// A variable whose value here the worker may see while it asks.
    #[must_use]
    pub fn key_env(self, variable: impl Into<String>) -> Self {
        let variable = variable.into();
        self.key(variable.clone(), Key::env(variable))
    }

    /// A variable of the worker's environment that holds a key while it asks.
    #[must_use]
    pub fn key(mut self, variable: impl Into<String>, key: Key) -> Self {
        self.keys.push((variable.into(), key));
        self
    }

    /// How calls sample that do not say so themselves.
    #[must_use]
    pub fn sampling(mut self, sampling: Sampling) -> Self {
        self.sampling = sampling;
        self
    }

    /// The longest that an answer may take; the call's own deadline holds as well.
    #[must_use]
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// What the model costs, in place of what the catalogue says.
    #[must_use]
    pub fn price(mut self, price: Price) -> Self {
        self.known.price = Some(price);
        self
    }

    /// What the model can do, in place of what the catalogue says.
    #[must_use]
    pub const fn can(mut self, capabilities: LmCapabilities) -> Self {
        self.known.capabilities = Some(capabilities);
        self
    }

    async fn ask(
        &self,
        request: &CompletionRequest,
        context: &CallContext,
    ) -> Result<Completion, LmError> {
        let body = chat_body(&self.name, request, &for_one(&self.sampling));
        let body = body.map_err(|message| self.error(LmErrorKind::Refused { message }))?;
        let parameters = fields! {
            "model" => self.name.as_str(),
            "base_url" => self.base_url.as_deref(),
            "body" => body,
        };
        let context = match self.timeout {
            Some(timeout) => context.clone().within(timeout),
            None => context.clone(),
        };
        let answer = self.exchange(parameters, &context).await?;
        let read = answer.as_map().ok_or("it is no map").map(read);
        let completion = match read {
            Ok(Ok(completion)) => completion,
            Ok(Err(error)) => return Err(self.error(protocol(&error.to_string()))),
            Err(what) => return Err(self.error(protocol(what))),
        };
        let cost = self.known.cost(&self.name, &completion);
        Ok(Completion { cost, ..completion })
    }

    /// Asks in a worker; where a key is refused, once more with the next one of each variable.
    async fn exchange(&self, parameters: Fields, context: &CallContext) -> Result<Value, LmError> {
        let (mut environment, mut sent) = (self.variables.clone(), Sent::default());
        let mut rounds = Vec::new();
        for (variable, key) in &self.keys {
            let mut round = Round::new(key);
            let Some(secret) = round.next().await else {
                return Err(self.error(round.missing()));
            };
            environment.insert(variable.as_str(), secret.expose());
            sent.add(secret);
            rounds.push((variable, round));
        }
        loop {
            let parameters = parameters.clone().with("environment", environment.clone());
            let answer = self.engine.ask("lm.complete", parameters.into(), true, context).await;
            let kind = match answer {
                Ok(answer) => {
                    rounds.iter().for_each(|(_, round)| round.was_taken());
                    return Ok(answer);
                }
                Err(error) => failure(&error, &sent),
            };
            let mut others = Vec::new();
            if matches!(kind, LmErrorKind::Unauthorized { .. }) {
                for (variable, round) in &mut rounds {
                    others.extend(round.next().await.map(|secret| (variable.as_str(), secret)));
                }
            }
            if others.is_empty() {
                return Err(self.error(kind));
            }
            for (variable, secret) in others {
                environment.insert(variable, secret.expose());
                sent.add(secret);
            }
        }
    }

    fn error(&self, kind: LmErrorKind) -> LmError {
        LmError::new(&self.name, kind)
    }
}

#[async_trait]
impl LanguageModel for PythonLm {
    fn name(&self) -> &str {
        &self.name
    }

    fn identity(&self) -> Option<Cow<'_, str>> {
        let address = self.base_url.as_deref().unwrap_or_default();
        Some(identity(address, "python", &self.sampling).into())
    }

    fn capabilities(&self) -> LmCapabilities {
        let known = self.known.capabilities(&self.name);
        LmCapabilities { streaming: false, ..known }
    }

    fn default_sampling(&self) -> Option<&Sampling> {
        Some(&self.sampling)
    }

    fn route(&self) -> LmRoute {
        LmRoute::Python
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

/// A completion, as the worker tells it.
fn read(told: &Fields) -> Result<Completion, ValueError> {
    let calls = told.value("tool_calls").and_then(Value::as_list).unwrap_or_default();
    let calls = calls.iter().filter_map(Value::as_map).map(|call| {
        let text = |name: &str| call.get::<String>(name);
        Ok(ToolCall::new(text("id")?, text("name")?, text("arguments")?))
    });
    let usage = Usage {
        cache_read_tokens: told.get("cache_read_tokens")?,
        reasoning_tokens: told.get("reasoning_tokens")?,
        ..Usage::new(told.get("input_tokens")?, told.get("output_tokens")?)
    };
    let metadata = Metadata { model: told.get("model")?, ..Metadata::default() };
    Ok(Completion {
        text: told.get("text")?,
        reasoning: told.get("reasoning")?,
        tool_calls: calls.collect::<Result<_, ValueError>>()?,
        logprobs: logprobs::read(told.value("logprobs").unwrap_or(&Value::Null))?,
        finish_reason: told.get("finish_reason")?,
        usage,
        metadata,
        ..Completion::default()
    })
}

fn protocol(what: &str) -> LmErrorKind {
    LmErrorKind::Protocol { message: format!("the worker's answer: {what}") }
}

/// Where a worker is sought.
pub(super) const WORKER: &str = "a Python worker";

/// What a failed call means for a model; nothing of it repeats a key.
pub(super) fn failure(error: &CallError, sent: &Sent) -> LmErrorKind {
    match error.kind() {
        CallErrorKind::Python(exception) => raised(exception, sent),
        CallErrorKind::Deadline { after } => LmErrorKind::Timeout { after: *after },
        CallErrorKind::Cancelled => LmErrorKind::Cancelled,
        _ => {
            let (url, reason) = (WORKER.to_owned(), sent.scrub(&error.to_string()));
            LmErrorKind::Unreachable { url, reason }
        }
    }
}

/// What DSPy's exceptions mean, by their class.
fn raised(exception: &PythonException, sent: &Sent) -> LmErrorKind {
    let class = exception.type_name.rsplit('.').next().unwrap_or_default();
    // The lines behind the first one are advice for users of Python.
    let said = exception.message.lines().next().unwrap_or_default();
    let message = sent.scrub(said.split_once("] ").map_or(said, |(_, said)| said));
    match class {
        "LMRateLimitError" => LmErrorKind::RateLimited,
        "ContextWindowExceededError" => LmErrorKind::ContextTooLong,
        "LMAuthError" => LmErrorKind::Unauthorized { sources: vec!["DSPy's environment".into()] },
        "LMTransportError" => LmErrorKind::Unreachable { url: WORKER.into(), reason: message },
        "LMServerError" | "LMTimeoutError" => LmErrorKind::Server { message },
        "LMConfigurationError" => LmErrorKind::Misconfigured { message },
        class if class.starts_with("LM") => LmErrorKind::Refused { message },
        class => LmErrorKind::Refused { message: format!("{class}: {message}") },
    }
}

impl fmt::Debug for PythonLm {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys: Vec<&str> = self.keys.iter().map(|(variable, _)| variable.as_str()).collect();
        formatter
            .debug_struct("PythonLm")
            .field("name", &self.name)
            .field("base_url", &self.base_url.as_deref().map(place))
            .field("keys", &keys)
            .finish_non_exhaustive()
    }
}
