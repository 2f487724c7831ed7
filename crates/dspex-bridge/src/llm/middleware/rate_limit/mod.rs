//! A rate limit of our own: requests and tokens a minute, waited for in the order of arrival.

#[cfg(all(test, feature = "testing"))]
mod tests;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use async_trait::async_trait;

use super::Middleware;
use crate::call::{CallContext, Usage};
use crate::llm::{
    Completion, CompletionRequest, CompletionStream, LanguageModel, LmError, LmErrorKind, wait,
};

/// Keeps a model within requests and tokens a minute.
///
/// A request that would go beyond waits until it does not, in the order of arrival; one whose
/// deadline would pass meanwhile fails at once with [`LmErrorKind::RateLimited`], and takes nothing.
/// Limits refill steadily and hold a minute's worth at most. Tokens are guessed before the request,
/// four bytes of prompt each, and set right by what the provider counts.
///
/// The provider's own word goes before: where its headers say that less is left, for others spend it
/// too, no more is taken; where it has had enough, all requests wait as long as it asks. Without
/// limits of its own, `RateLimit::per_minute()` does nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateLimit {
    requests: Option<u32>,
    tokens: Option<u32>,
}

impl RateLimit {
    /// Limits for each minute; none yet.
    #[must_use]
    pub const fn per_minute() -> Self {
        Self { requests: None, tokens: None }
    }

    /// The same with at most this many requests a minute; at least one.
    #[must_use]
    pub const fn requests(mut self, requests: u32) -> Self {
        self.requests = Some(if requests == 0 { 1 } else { requests });
        self
    }

    /// The same with at most this many tokens a minute, read and written; at least one. A single
    /// request may be larger, and the next one waits for it.
    #[must_use]
    pub const fn tokens(mut self, tokens: u32) -> Self {
        self.tokens = Some(if tokens == 0 { 1 } else { tokens });
        self
    }
}

impl Middleware for RateLimit {
    fn wrap(&self, model: Arc<dyn LanguageModel>) -> Arc<dyn LanguageModel> {
        Arc::new(Limited { model, limits: self.limits() })
    }
}

impl RateLimit {
    fn limits(&self) -> Arc<Limits> {
        let bucket = |limit: Option<u32>| limit.map(Bucket::full);
        let buckets = [bucket(self.requests), bucket(self.tokens)];
        Arc::new(Limits(Mutex::new(State { buckets, closed_until: None })))
    }
}

struct Limited {
    model: Arc<dyn LanguageModel>,
    limits: Arc<Limits>,
}

struct Limits(Mutex<State>);

struct State {
    /// Of requests and of tokens.
    buckets: [Option<Bucket>; 2],
    /// Until when the provider has had enough.
    closed_until: Option<Instant>,
}

/// What may still be taken; below zero where it was taken in advance.
#[derive(Clone, Copy, Debug)]
struct Bucket {
    capacity: f64,
    level: f64,
    /// `None` before the first take.
    refilled: Option<Instant>,
}

const MINUTE: f64 = 60.0;

impl Bucket {
    fn full(a_minute: u32) -> Self {
        let capacity = f64::from(a_minute);
        Self { capacity, level: capacity, refilled: None }
    }

    /// Takes a cost, and says how long to wait until it is there.
    fn take(&mut self, cost: f64, now: Instant) -> Duration {
        if let Some(refilled) = self.refilled {
            let passed = now.saturating_duration_since(refilled).as_secs_f64();
            self.level = (self.level + passed * self.capacity / MINUTE).min(self.capacity);
        }
        self.refilled = Some(now);
        // What is larger than the bucket goes when the bucket is full.
        let missing = (cost.min(self.capacity) - self.level).max(0.0);
        self.level -= cost;
        Duration::from_secs_f64(missing * MINUTE / self.capacity)
    }

    fn give_back(&mut self, cost: f64) {
        self.level = (self.level + cost).min(self.capacity);
    }

    /// Holds no more than the provider says is left.
    fn lower(&mut self, left: f64) {
        self.level = self.level.min(left);
    }
}

impl Limits {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes what a request costs, and says how long to wait for it.
    fn take(&self, costs: Costs, now: Instant) -> Duration {
        let mut state = self.state();
        let closed = state.closed_until.map(|until| until.saturating_duration_since(now));
        let waits = state.buckets.iter_mut().zip(costs);
        let waits = waits.filter_map(|(bucket, cost)| Some(bucket.as_mut()?.take(cost, now)));
        waits.chain(closed).max().unwrap_or_default()
    }

    /// Until when the provider wants no request.
    fn closed_until(&self) -> Option<Instant> {
        self.state().closed_until
    }

    fn give_back(&self, costs: Costs) {
        for (bucket, cost) in self.state().buckets.iter_mut().zip(costs) {
            if let Some(bucket) = bucket {
                bucket.give_back(cost);
            }
        }
    }

    /// Sets right what was guessed, and heeds what the provider says is left.
    #[expect(clippy::cast_precision_loss, reason = "tokens are counted in millions at most")]
    fn settle(&self, costs: Costs, completion: &Completion, now: Instant) {
        let usage = completion.usage;
        let counted = usage.input_tokens.saturating_add(usage.output_tokens) as f64;
        // Where nobody counted, the guess stays.
        if usage != Usage::default() {
            self.give_back([0.0, costs[1] - counted]);
        }
        let quota = completion.metadata.quota;
        let left = [(quota.requests, quota.requests_in), (quota.tokens, quota.tokens_in)];
        let mut state = self.state();
        for (bucket, (left, _)) in state.buckets.iter_mut().zip(left) {
            if let (Some(bucket), Some(left)) = (bucket, left) {
                bucket.lower(left as f64);
            }
        }
        drop(state);
        for (_, more_in) in left.into_iter().filter(|(left, _)| *left == Some(0)) {
            self.close(more_in, now);
        }
    }

    /// Lets nothing through for so long.
    fn close(&self, wait: Option<Duration>, now: Instant) {
        if let Some(until) = wait.and_then(|wait| now.checked_add(wait)) {
            let mut state = self.state();
            state.closed_until = state.closed_until.max(Some(until));
        }
    }

    /// Heeds a provider that has had enough.
    fn heed(&self, error: &LmError, now: Instant) {
        if error.kind == LmErrorKind::RateLimited {
            self.close(error.retry_after, now);
        }
    }
}

/// Requests and tokens.
type Costs = [f64; 2];

/// What a request probably costs.
#[expect(clippy::cast_precision_loss, reason = "a guess")]
fn costs(request: &CompletionRequest) -> Costs {
    [1.0, request.guessed_tokens() as f64]
}

/// What a request has taken; given back where it is not sent after all.
struct Taken<'l> {
    limits: &'l Limits,
    costs: Costs,
    is_sent: bool,
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        if !self.is_sent {
            self.limits.give_back(self.costs);
        }
    }
}

impl Limited {
    /// Waits until a request may be sent.
    async fn admit(&self, costs: Costs, context: &CallContext) -> Result<(), LmError> {
        let mut heeded = self.limits.closed_until();
        let wait = self.limits.take(costs, context.now());
        let mut taken = Taken { limits: &self.limits, costs, is_sent: false };
        let limited =
            || LmError::new(self.name(), LmErrorKind::RateLimited).with_retry_after(Some(wait));
        if context.remaining().is_some_and(|remaining| remaining < wait) {
            return Err(limited());
        }
        let mut pause = wait;
        loop {
            if let Err(stopped) = wait::pause(self.name(), context, pause).await {
                let is_over = stopped.kind == LmErrorKind::Cancelled;
                return Err(if is_over { stopped } else { limited() });
            }
            // The provider may have had enough meanwhile.
            let Some(until) = self.limits.closed_until().filter(|until| Some(*until) > heeded)
            else {
                break;
            };
            heeded = Some(until);
            pause = until.saturating_duration_since(context.now());
            if context.remaining().is_some_and(|remaining| remaining < pause) {
                return Err(limited());
            }
        }
        taken.is_sent = true;
        Ok(())
    }
}

#[async_trait]
impl LanguageModel for Limited {
    as_model!();

    async fn complete(
        &self,
        request: &CompletionRequest,
        context: &CallContext,
    ) -> Result<Completion, LmError> {
        let costs = costs(request);
        self.admit(costs, context).await?;
        let completion = self.model.complete(request, context).await;
        match &completion {
            Ok(completion) => self.limits.settle(costs, completion, context.now()),
            Err(error) => self.limits.heed(error, context.now()),
        }
        completion
    }

    async fn stream(
        &self,
        request: &CompletionRequest,
        context: &CallContext,
    ) -> Result<CompletionStream, LmError> {
        let costs = costs(request);
        self.admit(costs, context).await?;
        let stream = self.model.stream(request, context).await;
        let stream = stream.inspect_err(|error| self.limits.heed(error, context.now()))?;
        let (limits, context) = (self.limits.clone(), context.clone());
        Ok(stream.watched(move |ended| {
            if let Some(Ok(completion)) = ended {
                limits.settle(costs, completion, context.now());
            }
        }))
    }
}
