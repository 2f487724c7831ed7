//! A model that gave no completion.

use std::time::Duration;

/// A failed completion: who, what, and whether to try again.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", told(provider, kind))]
#[non_exhaustive]
pub struct LmError {
    /// The model's name.
    pub provider: String,
    /// What happened.
    pub kind: LmErrorKind,
    /// The HTTP status, where there was one.
    pub status: Option<u16>,
    /// How long the provider asked to wait.
    pub retry_after: Option<Duration>,
}

/// What happened, and to which model where it is one.
fn told(provider: &str, kind: &LmErrorKind) -> String {
    match kind {
        LmErrorKind::NoneFits { .. } => kind.to_string(),
        _ => format!("language model `{provider}` {kind}"),
    }
}

/// What happened to a completion.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LmErrorKind {
    /// The name stands for no configured model.
    #[error("is not configured; configured are: {}", if known.is_empty() { "none".into() } else { known.join(", ") })]
    NotConfigured {
        /// The names that are.
        known: Vec<String>,
    },
    /// The key was refused, or every key of several.
    #[error("refused {}", refused_keys(sources))]
    Unauthorized {
        /// The variables, files and programs that the keys are from; none where no key was sent.
        sources: Vec<String>,
    },
    /// No key is where one should be.
    #[error("needs a key, and {reason}")]
    MissingKey {
        /// The variables, files and programs that were asked for it.
        sources: Vec<String>,
        /// What each of them did instead.
        reason: String,
    },
    /// Its own settings are such as its provider refuses.
    #[error("is set up wrong: {message}")]
    Misconfigured {
        /// What to say instead.
        message: String,
    },
    /// Too many requests or tokens.
    #[error("is limiting the rate of requests")]
    RateLimited,
    /// The prompt is longer than the model can read.
    #[error("cannot read a prompt this long")]
    ContextTooLong,
    /// No connection, or it broke.
    #[error("cannot be reached at {url}: {reason}")]
    Unreachable {
        /// Where it was sought.
        url: String,
        /// What the network said.
        reason: String,
    },
    /// No answer in time.
    #[error("gave no answer within {after:?}")]
    Timeout {
        /// How long was waited.
        after: Duration,
    },
    /// The provider failed on its side.
    #[error("failed on its side: {message}")]
    Server {
        /// What it said.
        message: String,
    },
    /// The provider refused the request.
    #[error("refused the request: {message}")]
    Refused {
        /// What it said.
        message: String,
    },
    /// The answer was not in the provider's protocol.
    #[error("answered outside its protocol: {message}")]
    Protocol {
        /// What was wrong with it.
        message: String,
    },
    /// A [`Breaker`](super::Breaker) lets the model rest.
    #[error("rests: it failed {failures} times in a row")]
    CircuitOpen {
        /// How many failures in a row make it rest.
        failures: u32,
    },
    /// A [`Budget`](super::Budget) is spent.
    #[error("has spent its budget of {budget} for {per:?}")]
    BudgetSpent {
        /// How much may be spent.
        budget: String,
        /// In which time.
        per: Duration,
    },
    /// No configured model has what is [needed](super::Needs).
    #[error("no language model fits: {}", if passed_over.is_empty() { "none is configured".into() } else { passed_over.join("; ") })]
    NoneFits {
        /// What each of them is not known to have.
        passed_over: Vec<String>,
    },
    /// The caller cancelled.
    #[error("was cancelled")]
    Cancelled,
    /// The name before the `/` is not a provider's.
    #[error(
        "has no provider `{provider}`; {}known are: {}",
        nearest.as_ref().map(|nearest| format!("did you mean `{nearest}`? ")).unwrap_or_default(),
        known.join(", ")
    )]
    UnknownProvider {
        /// The name before the `/`.
        provider: String,
        /// The known name that resembles it.
        nearest: Option<String>,
        /// The names that are known.
        known: Vec<String>,
    },
    /// dspex cannot talk to this provider yet.
    #[error("is not supported yet: {what}")]
    NotSupportedYet {
        /// What is missing.
        what: String,
    },
}

fn refused_keys(sources: &[String]) -> String {
    match sources {
        [] => "a request without a key".to_owned(),
        [source] => format!("the key from `{source}`"),
        sources => format!("the keys from `{}`", sources.join("` and `")),
    }
}

impl LmErrorKind {
    /// What a server said, or what was said of its answer.
    #[cfg(feature = "http")]
    pub(super) const fn message_mut(&mut self) -> Option<&mut String> {
        match self {
            Self::Server { message } | Self::Refused { message } | Self::Protocol { message } => {
                Some(message)
            }
            _ => None,
        }
    }

    /// The kind's short name, for events and statistics.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::NotConfigured { .. } => "not_configured",
            Self::Unauthorized { .. } => "unauthorized",
            Self::MissingKey { .. } => "missing_key",
            Self::Misconfigured { .. } => "misconfigured",
            Self::RateLimited => "rate_limited",
            Self::ContextTooLong => "context_too_long",
            Self::Unreachable { .. } => "unreachable",
            Self::Timeout { .. } => "timeout",
            Self::Server { .. } => "server",
            Self::Refused { .. } => "refused",
            Self::Protocol { .. } => "protocol",
            Self::CircuitOpen { .. } => "circuit_open",
            Self::BudgetSpent { .. } => "budget_spent",
            Self::NoneFits { .. } => "none_fits",
            Self::Cancelled => "cancelled",
            Self::UnknownProvider { .. } => "unknown_provider",
            Self::NotSupportedYet { .. } => "not_supported_yet",
        }
    }
}

impl LmError {
    /// A failure of the model `provider`.
    pub fn new(provider: impl Into<String>, kind: LmErrorKind) -> Self {
        Self { provider: provider.into(), kind, status: None, retry_after: None }
    }

    /// The same failure with its HTTP status.
    #[must_use]
    pub const fn with_status(mut self, status: u16) -> Self {
        self.status = Some(status);
        self
    }

    /// The same failure with the wait that the provider asked for.
    #[must_use]
    pub const fn with_retry_after(mut self, retry_after: Option<Duration>) -> Self {
        self.retry_after = retry_after;
        self
    }

    /// Whether the same request may succeed when it is made again.
    #[must_use]
    pub const fn is_retryable(&self) -> bool {
        matches!(
            self.kind,
            LmErrorKind::RateLimited
                | LmErrorKind::Unreachable { .. }
                | LmErrorKind::Timeout { .. }
                | LmErrorKind::Server { .. }
                | LmErrorKind::CircuitOpen { .. }
        )
    }

    /// What to do next, where that can be said.
    #[must_use]
    pub const fn hint(&self) -> Option<&'static str> {
        match self.kind {
            LmErrorKind::NotConfigured { .. } => {
                Some("add `[lm.NAME]` to `dspex.toml`, or name a `provider/model`")
            }
            LmErrorKind::Unauthorized { .. } => Some("check the key and the account it belongs to"),
            LmErrorKind::MissingKey { .. } => Some(
                "put it there, or name another place for it: `api_key_env`, `api_key_file` or `api_key_command`",
            ),
            LmErrorKind::Unreachable { .. } => {
                Some("check `base_url` and that the server is running")
            }
            LmErrorKind::Misconfigured { .. } => {
                Some("change it where the model is named: in `[lm.NAME]`, or where it is built")
            }
            LmErrorKind::ContextTooLong => Some("shorten the inputs or the demos"),
            LmErrorKind::RateLimited => Some("wait, or ask the provider for a higher limit"),
            LmErrorKind::CircuitOpen { .. } => Some("wait, or name another model with `or_else`"),
            LmErrorKind::BudgetSpent { .. } => {
                Some("wait, raise the budget, or name another model with `or_else`")
            }
            LmErrorKind::NoneFits { .. } => {
                Some("configure one that does, or say what a model can do with `capabilities`")
            }
            LmErrorKind::Timeout { .. } => Some("give the call more time with `within`"),
            LmErrorKind::UnknownProvider { .. } => {
                Some("for another server of OpenAI's protocol use `openai/MODEL` and `base_url`")
            }
            LmErrorKind::NotSupportedYet { .. } => Some(
                "ask it through DSPy with `PythonLm`, or through a server of OpenAI's protocol",
            ),
            _ => None,
        }
    }
}
