//! What can answer a module: one trait for the native engine and for Python.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use dspex_signature::{Adapter, Fields, Signature, Value};
use futures_util::stream::{self, StreamExt as _};

use crate::call::{CallContext, CallError, CallEvent, CallEvents, EngineKind, ModuleSpec, Outcome};

/// Answers modules. Whoever holds one never asks which language it is written in.
pub trait Engine: Send + Sync + 'static {
    /// Which engine this is, for reports.
    fn kind(&self) -> EngineKind;

    /// Does all that can be done once for a module: checks, rendered texts, resolved models.
    ///
    /// # Errors
    /// [`Unsupported`] says why this engine does not run the module; nothing has been sent.
    fn prepare(&self, module: &Arc<ModuleSpec>) -> Result<Arc<dyn Prepared>, Unsupported>;
}

/// A module that is ready to be called.
#[async_trait]
pub trait Prepared: Send + Sync + 'static {
    /// How far the answers are this engine's own.
    fn capability(&self) -> Capability;

    /// Answers one call within the context's deadline and attempts.
    ///
    /// # Errors
    /// [`CallError`] carries the kind, whether it can be retried, and the usage so far.
    async fn run(&self, inputs: &Fields, context: &CallContext) -> Result<Outcome, CallError>;

    /// Answers one call as events, the last of which is the answer.
    ///
    /// An engine that does not say otherwise gives the answer alone. A stream is not repeated once
    /// it has begun: what has been read cannot be taken back.
    fn stream(self: Arc<Self>, inputs: Fields, context: CallContext) -> CallEvents {
        let done = async move { self.run(&inputs, &context).await.map(CallEvent::Done) };
        stream::once(done).boxed()
    }
}

/// How an engine answers a module, known before any traffic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Capability {
    /// All of it, exactly as DSPy would.
    Exact,
    /// All but a part, which goes to Python: its name and why.
    Delegates(String),
    /// All but a part, which Python is not there to do: its name. Answers that needed it may not be
    /// DSPy's, and say so ([`Exactness::Approximate`](crate::Exactness::Approximate)).
    Approximates(String),
    /// Not at all, and why.
    Unsupported(String),
}

impl fmt::Display for Capability {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exact => formatter.write_str("exact"),
            Self::Delegates(part) => write!(formatter, "delegates {part}"),
            Self::Approximates(part) => write!(formatter, "approximates {part}"),
            Self::Unsupported(why) => write!(formatter, "not supported: {why}"),
        }
    }
}

/// Why an engine does not run a module.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{why}")]
pub struct Unsupported {
    /// The reason, naming what is missing.
    pub why: String,
}

impl Unsupported {
    /// For the reason `why`.
    pub fn new(why: impl Into<String>) -> Self {
        Self { why: why.into() }
    }
}

/// Parses a completion the way DSPy does, for the native engine when it is not sure.
#[async_trait]
pub trait ParseDelegate: Send + Sync + 'static {
    /// The outputs that DSPy's `Adapter.parse` gives for `completion`.
    ///
    /// # Errors
    /// [`CallErrorKind::Parse`](crate::CallErrorKind::Parse) where DSPy refuses the completion,
    /// another kind where Python could not be asked.
    async fn parse(
        &self,
        adapter: Adapter,
        signature: &Signature,
        completion: &str,
        context: &CallContext,
    ) -> Result<Fields, CallError>;
}

/// Knows and calls Python functions, which a native `ReAct` has among its tools.
#[async_trait]
pub trait ToolDelegate: Send + Sync + 'static {
    /// What a model is told of the function at a dotted path.
    ///
    /// # Errors
    /// [`CallErrorKind::NotAllowed`](crate::CallErrorKind::NotAllowed) and
    /// [`CallErrorKind::NoSuchModule`](crate::CallErrorKind::NoSuchModule), or that Python could not be
    /// asked.
    async fn describe(&self, path: &str, context: &CallContext) -> Result<ToldTool, CallError>;

    /// What the function returns, or what a model reads of its error.
    ///
    /// # Errors
    /// As [`describe`](Self::describe). A call whose worker dies is not made again.
    async fn call(
        &self,
        path: &str,
        arguments: Fields,
        context: &CallContext,
    ) -> Result<Result<Value, String>, CallError>;
}

/// What a model is told of a Python function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToldTool {
    /// The name by which the model calls it.
    pub name: String,
    /// `str()` of its `dspy.Tool`.
    pub told: String,
}
