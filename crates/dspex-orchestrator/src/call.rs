//! A call that has not started yet.

use std::fmt;
use std::future::IntoFuture;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use dspex_bridge::llm::Sampling;
use dspex_bridge::{
    CallContext, CallError, CallEvent, Prediction, Priority, Teller, TraceParent, Transcript,
};
use dspex_signature::{Fields, Record, Value};
use futures_util::future::BoxFuture;
use futures_util::stream::{BoxStream, Stream, StreamExt};

use crate::module_core::Core;
use crate::rules::Rules;

/// A module and one input. Nothing happens until it is awaited.
#[must_use = "a call does nothing until it is awaited"]
pub struct Call<O> {
    core: Arc<Core>,
    rules: Rules<O>,
    inputs: Fields,
    within: Option<Duration>,
    attempts: Option<u32>,
    priority: Priority,
    trace: Option<TraceParent>,
    sampling: Sampling,
    transcript: Option<Transcript>,
}

impl<O> Call<O> {
    pub(crate) fn new(core: Arc<Core>, rules: Rules<O>, inputs: Fields) -> Self {
        let (within, attempts, priority, trace) = (None, None, Priority::Normal, None);
        let (sampling, transcript) = (Sampling::default(), None);
        Self { core, rules, inputs, within, attempts, priority, trace, sampling, transcript }
    }

    /// The same call, to be answered within this time.
    pub const fn within(mut self, within: Duration) -> Self {
        self.within = Some(within);
        self
    }

    /// The same call with this many tries in all, the first one included.
    pub const fn attempts(mut self, attempts: u32) -> Self {
        self.attempts = Some(attempts);
        self
    }

    /// The same call with another priority where several wait for a Python worker.
    pub const fn priority(mut self, priority: Priority) -> Self {
        self.priority = priority;
        self
    }

    /// The same call with this much randomness, in place of the module's.
    pub const fn temperature(mut self, temperature: f64) -> Self {
        self.sampling.temperature = Some(temperature);
        self
    }

    /// The same call with at most this many tokens an answer.
    pub const fn max_tokens(mut self, max_tokens: u64) -> Self {
        self.sampling.max_tokens = Some(max_tokens);
        self
    }

    /// The same call with one more parameter of the model's requests: `top_p`, `stop`, `n`.
    pub fn parameter(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.sampling.extra.insert(name, value);
        self
    }

    /// The same call, which keeps in `transcript` what it asks its models and what they answer.
    pub fn transcript(mut self, transcript: &Transcript) -> Self {
        self.transcript = Some(transcript.clone());
        self
    }

    /// The same call as a part of a trace, which Python, models of your own and providers' servers are told.
    pub fn in_trace(mut self, parent: TraceParent) -> Self {
        self.trace = Some(parent);
        self
    }
}

impl<O: Record> IntoFuture for Call<O> {
    type Output = Result<Prediction<O>, CallError>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.answer(Teller::default()))
    }
}

impl<O: Record> Call<O> {
    /// The call as events: what is known so far, as far as the engine tells, then the checked
    /// answer.
    ///
    /// The call runs while its events are waited for, so that a slow reader makes the model wait;
    /// dropping the stream ends the call. Once something of an answer was told no other engine is tried.
    /// Where an answer is not accepted and the model is asked again, [`CallEvent::Again`] says that
    /// what was told of outputs is void. Of several tries of which the best is taken, the answer alone is
    /// told.
    pub fn stream(self) -> CallStream<O> {
        CallStream(Teller::events(|teller| self.answer(teller)))
    }

    async fn answer(self, teller: Teller) -> Result<Prediction<O>, CallError> {
        let context = self.context().with_teller(teller);
        let (outcome, output) = self.rules.answer(&self.core, &self.inputs, &context).await?;
        Ok(Prediction::new(output, outcome.into_parts().1))
    }

    fn context(&self) -> CallContext {
        let context = self.core.orchestrator.context(self.within, self.attempts);
        let mut context = context.at_priority(self.priority);
        if let Some(parent) = self.trace.clone() {
            context = context.in_trace(parent);
        }
        if self.sampling != Sampling::default() {
            context = context.with_sampling(self.sampling.clone());
        }
        match self.transcript.clone() {
            Some(transcript) => context.with_transcript(transcript),
            None => context,
        }
    }
}

impl<O> fmt::Debug for Call<O> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Call")
            .field("module", &self.core)
            .field("within", &self.within)
            .field("attempts", &self.attempts)
            .finish_non_exhaustive()
    }
}

/// The events of a call, in order; it ends after [`CallEvent::Done`] or an error.
pub struct CallStream<O>(BoxStream<'static, Result<CallEvent<O>, CallError>>);

impl<O> CallStream<O> {
    /// The next event; `None` after the last one.
    pub async fn next(&mut self) -> Option<Result<CallEvent<O>, CallError>> {
        self.0.next().await
    }
}

impl<O> Stream for CallStream<O> {
    type Item = Result<CallEvent<O>, CallError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_next_unpin(context)
    }
}

impl<O> fmt::Debug for CallStream<O> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("CallStream").finish_non_exhaustive()
    }
}
