//! A failed attempt: what, where, whether to try again, and what is known so far.

use std::time::Duration;

use dspex_signature::{Fields, ValueError};

use super::{OutcomeId, PathStep, Spent};
use crate::llm::{LmError, LmErrorKind};

/// A call that gave no answer.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.kind)]
pub struct CallError(Box<Inner>);

#[derive(Debug)]
struct Inner {
    id: OutcomeId,
    kind: CallErrorKind,
    partial: Fields,
    path: Vec<PathStep>,
    spent: Spent,
}

/// Why a call gave no answer.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CallErrorKind {
    /// An input is missing or of the wrong type.
    #[error("input {0}")]
    InvalidInput(ValueError),
    /// The completion does not hold the outputs.
    #[error("{message}")]
    Parse {
        /// What is wrong, naming fields.
        message: String,
        /// The outputs that were not found.
        missing: Vec<String>,
        /// What the model wrote; private, so not part of the message.
        completion: String,
    },
    /// An output was read, but does not fit the Rust type.
    #[error("output {0}")]
    Output(ValueError),
    /// An answer does not keep rules of the module.
    #[error("the answer does not keep: {}", .rules.join("; "))]
    Rules {
        /// The sentences that do not hold.
        rules: Vec<String>,
    },
    /// The language model failed.
    #[error("{0}")]
    Lm(LmError),
    /// Python raised an exception.
    #[error("{0}")]
    Python(PythonException),
    /// Python has nothing of the module's name.
    #[error("{message}")]
    NoSuchModule {
        /// What was sought where, and what is there instead.
        message: String,
    },
    /// A package that the module imports is not installed.
    #[error("the Python package `{package}` is not installed")]
    MissingPackage {
        /// The package's name, as it is imported.
        package: String,
        /// The group of `dspex setup` that has it.
        group: Option<String>,
        /// What to do.
        hint: String,
        /// What Python raised.
        exception: Box<PythonException>,
    },
    /// A worker died and the call could not be given to another.
    #[error("a worker of pool `{pool}` died: {reason}")]
    WorkerDied {
        /// The pool's name.
        pool: String,
        /// How it ended.
        reason: String,
    },
    /// Several workers crashed under the call, so that it is given to no other.
    #[error("{n_workers} workers of pool `{pool}` crashed under the call: {reason}")]
    Poison {
        /// The pool's name.
        pool: String,
        /// How many crashed.
        n_workers: u32,
        /// How the last one ended.
        reason: String,
    },
    /// The call needs more memory than a worker may have.
    #[error("the call needs more memory than workers of pool `{pool}` may have: {reason}")]
    MemoryLimit {
        /// The pool's name.
        pool: String,
        /// How it came to light.
        reason: String,
    },
    /// No worker became free in time.
    #[error("no worker of pool `{pool}` became free within {waited:?}")]
    Overloaded {
        /// The pool's name.
        pool: String,
        /// How long the call waited.
        waited: Duration,
        /// When it may be worth trying again.
        retry_after: Duration,
    },
    /// The worker that ran the session's calls has ended, and with it what they left there.
    #[error("the worker of session `{session}` in pool `{pool}` has ended")]
    SessionLost {
        /// The pool's name.
        pool: String,
        /// The session's id.
        session: String,
    },
    /// The worker that kept an object among the inputs has ended, and the object with it.
    #[error("the worker of pool `{pool}` that kept an object of type `{type_name}` has ended")]
    ObjectLost {
        /// The pool's name.
        pool: String,
        /// The object's class.
        type_name: String,
    },
    /// The worker that ran the session's calls runs others, and the call may not wait.
    #[error("the worker of session `{session}` in pool `{pool}` is busy")]
    SessionBusy {
        /// The pool's name.
        pool: String,
        /// The session's id.
        session: String,
    },
    /// The pool cannot serve: Python is absent, broken or switched off.
    #[error("pool `{pool}` is not available: {reason}")]
    PoolUnavailable {
        /// The pool's name.
        pool: String,
        /// Why.
        reason: String,
        /// What to do.
        hint: String,
    },
    /// Python workers do not run on this platform.
    #[error("Python workers do not run on `{platform}` yet")]
    UnsupportedPlatform {
        /// The platform, as `std::env::consts::OS` names it.
        platform: &'static str,
    },
    /// A message from a worker was not in the protocol.
    #[error("the worker protocol was broken: {message}")]
    Protocol {
        /// What was wrong with the message.
        message: String,
    },
    /// The deadline passed.
    #[error("no answer within {after:.1?}")]
    Deadline {
        /// How long the call ran.
        after: Duration,
    },
    /// The caller cancelled.
    #[error("the call was cancelled")]
    Cancelled,
    /// A name is not on the list of what Python may import.
    #[error("no entry of `python.allow` covers `{name}`")]
    NotAllowed {
        /// The dotted name.
        name: String,
    },
    /// Calls call calls too deep.
    #[error("calls are nested more than {depth} deep")]
    NestedTooDeep {
        /// The limit.
        depth: u32,
    },
    /// No engine runs this.
    #[error("not supported yet: {what}")]
    NotSupportedYet {
        /// What, and by whom.
        what: String,
    },
}

impl CallErrorKind {
    /// The kind's short name, for events and statistics.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::InvalidInput(_) => "invalid_input",
            Self::Parse { .. } => "parse",
            Self::Output(_) => "output",
            Self::Rules { .. } => "rules",
            Self::Lm(_) => "lm",
            Self::Python(_) => "python",
            Self::NoSuchModule { .. } => "no_such_module",
            Self::MissingPackage { .. } => "missing_package",
            Self::WorkerDied { .. } => "worker_died",
            Self::Poison { .. } => "poison",
            Self::MemoryLimit { .. } => "memory_limit",
            Self::Overloaded { .. } => "overloaded",
            Self::SessionLost { .. } => "session_lost",
            Self::ObjectLost { .. } => "object_lost",
            Self::SessionBusy { .. } => "session_busy",
            Self::PoolUnavailable { .. } => "pool_unavailable",
            Self::UnsupportedPlatform { .. } => "unsupported_platform",
            Self::Protocol { .. } => "protocol",
            Self::Deadline { .. } => "deadline",
            Self::Cancelled => "cancelled",
            Self::NotAllowed { .. } => "not_allowed",
            Self::NestedTooDeep { .. } => "nested_too_deep",
            Self::NotSupportedYet { .. } => "not_supported_yet",
        }
    }
}

impl CallError {
    /// For matching on what happened.
    #[must_use]
    pub fn kind(&self) -> &CallErrorKind {
        &self.0.kind
    }

    /// The call's id.
    #[must_use]
    pub fn id(&self) -> OutcomeId {
        self.0.id
    }

    /// Whether the same call may succeed when it is made again.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self.kind() {
            CallErrorKind::Lm(error) => error.is_retryable(),
            CallErrorKind::Parse { .. }
            | CallErrorKind::Rules { .. }
            | CallErrorKind::WorkerDied { .. }
            | CallErrorKind::Overloaded { .. }
            | CallErrorKind::SessionBusy { .. }
            | CallErrorKind::Deadline { .. } => true,
            _ => false,
        }
    }

    /// How long to wait before trying again, where that is known.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self.kind() {
            CallErrorKind::Lm(error) => error.retry_after,
            CallErrorKind::Overloaded { retry_after, .. } => Some(*retry_after),
            _ => None,
        }
    }

    /// What to do next, where that can be said.
    #[must_use]
    pub fn hint(&self) -> Option<&str> {
        match self.kind() {
            CallErrorKind::Lm(error) => error.hint(),
            CallErrorKind::Overloaded { .. } => {
                Some("raise `n_workers` or `lease_wait` of the pool in `dspex.toml`")
            }
            CallErrorKind::PoolUnavailable { hint, .. }
            | CallErrorKind::MissingPackage { hint, .. } => Some(hint),
            CallErrorKind::UnsupportedPlatform { .. } => {
                Some("use native modules there, or run this program on Linux")
            }
            CallErrorKind::MemoryLimit { .. } => Some(
                "raise `memory_limit` of the pool in `dspex.toml`, or give the call less to do",
            ),
            CallErrorKind::Poison { .. } => Some(
                "run the module with these inputs alone and look at what Python writes to stderr",
            ),
            CallErrorKind::SessionLost { .. } => Some(
                "make again what earlier calls left in the worker; the next call has a fresh one",
            ),
            CallErrorKind::ObjectLost { .. } => Some(
                "make the object again: call what made it, and use the reference that comes then",
            ),
            CallErrorKind::SessionBusy { .. } => {
                Some("call again later, or let calls wait with `Affinity::RequireAndQueue`")
            }
            CallErrorKind::NotAllowed { .. } => {
                Some("add the package to `python.allow` in `dspex.toml`")
            }
            CallErrorKind::Rules { .. } => Some("let the module ask again with `ask_again`"),
            CallErrorKind::Deadline { .. } => Some("give the call more time with `within`"),
            _ => None,
        }
    }

    /// The outputs that were known when the call failed.
    #[must_use]
    pub fn partial(&self) -> &Fields {
        &self.0.partial
    }

    /// What was tried, in order.
    #[must_use]
    pub fn path(&self) -> &[PathStep] {
        &self.0.path
    }

    /// What was spent before the failure.
    #[must_use]
    pub fn spent(&self) -> Spent {
        self.0.spent
    }

    /// The same error with the outputs that were known.
    #[must_use]
    pub fn with_partial(mut self, partial: Fields) -> Self {
        self.0.partial = partial;
        self
    }

    /// The same error with what was spent before it.
    #[must_use]
    pub fn with_spent(mut self, spent: Spent) -> Self {
        self.0.spent += spent;
        self
    }

    /// The same error with earlier steps in front of its own.
    #[must_use]
    pub fn with_path(mut self, earlier: Vec<PathStep>) -> Self {
        self.0.path.splice(0..0, earlier);
        self
    }

    /// The same error with this path in place of its own.
    #[must_use]
    pub fn on_path(mut self, path: Vec<PathStep>) -> Self {
        self.0.path = path;
        self
    }
}

impl From<CallErrorKind> for CallError {
    fn from(kind: CallErrorKind) -> Self {
        Self(Box::new(Inner {
            id: OutcomeId::next(),
            kind,
            partial: Fields::new(),
            path: Vec::new(),
            spent: Spent::default(),
        }))
    }
}

impl From<LmError> for CallError {
    fn from(error: LmError) -> Self {
        match error.kind {
            LmErrorKind::Cancelled => CallErrorKind::Cancelled.into(),
            _ => CallErrorKind::Lm(error).into(),
        }
    }
}

/// An exception as Python raised it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Python raised `{type_name}`: {message}")]
#[non_exhaustive]
pub struct PythonException {
    /// The exception's class, dotted where it is not a builtin.
    pub type_name: String,
    /// Its text.
    pub message: String,
    /// The traceback, as Python prints it.
    pub traceback: String,
    /// The worker's process id.
    pub worker: u32,
    /// The last lines the worker wrote to stderr.
    pub stderr_tail: String,
}

impl PythonException {
    /// An exception of worker `worker`.
    pub fn new(
        type_name: impl Into<String>,
        message: impl Into<String>,
        traceback: impl Into<String>,
        worker: u32,
    ) -> Self {
        Self {
            type_name: type_name.into(),
            message: message.into(),
            traceback: traceback.into(),
            worker,
            stderr_tail: String::new(),
        }
    }
}
