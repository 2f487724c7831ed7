//! Retries: one loop around a model, which spends the call's own attempts.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use futures_util::future::BoxFuture;

use super::Middleware;
use crate::call::CallContext;
use crate::llm::{
    Completion, CompletionRequest, CompletionStream, LanguageModel, LmError, LmErrorKind, wait,
};

/// Asks a model again when the same request may succeed.
///
/// A try costs one attempt of the [`CallContext`], so a call has one budget over all layers. The
/// wait is what the provider asked for, else it doubles from half a second to eight, less up to
/// half of it at random. A wait that would outlast the deadline is not begun. A stream is tried again
/// until it has opened: nothing is, once a part of the answer has been seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retry {
    first_wait: Duration,
    seed: u64,
    tries: u32,
}

impl Retry {
    /// The longest wait that is not the provider's own wish.
    pub const LONGEST_WAIT: Duration = Duration::from_secs(8);

    /// At most this many tries in all, the first one included, within the call's attempts.
    #[must_use]
    pub const fn attempts(tries: u32) -> Self {
        Self { first_wait: Duration::from_millis(500), seed: 0, tries }
    }

    /// The same with other random waits.
    #[must_use]
    pub const fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// The same with another wait before the second try.
    #[must_use]
    pub const fn first_wait(mut self, wait: Duration) -> Self {
        self.first_wait = wait;
        self
    }
}

impl Default for Retry {
    /// As many tries as the call has attempts.
    fn default() -> Self {
        Self::attempts(u32::MAX)
    }
}

impl Middleware for Retry {
    fn wrap(&self, model: Arc<dyn LanguageModel>) -> Arc<dyn LanguageModel> {
        Arc::new(Retrying { model, settings: *self, jitter: Jitter::new(self.seed) })
    }
}

struct Retrying {
    model: Arc<dyn LanguageModel>,
    settings: Retry,
    jitter: Jitter,
}

impl Retrying {
    fn wait(&self, tries: u32, error: &LmError) -> Duration {
        let doubled = self.settings.first_wait.saturating_mul(1 << tries.min(16));
        let doubled = doubled.min(Retry::LONGEST_WAIT);
        error.retry_after.unwrap_or_else(|| doubled.mul_f64(self.jitter.next()))
    }

    /// Asks until there is an answer, or no use in asking.
    async fn retried<'a, T>(
        &self,
        context: &CallContext,
        ask: impl Fn() -> BoxFuture<'a, Result<T, LmError>> + Send + Sync,
    ) -> Result<T, LmError> {
        let mut tries = 0;
        loop {
            let error = match ask().await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            let wait = self.wait(tries, &error);
            let in_time = context.remaining().is_none_or(|remaining| wait < remaining);
            let may_try = tries + 1 < self.settings.tries && may_pass_soon(&error);
            if !may_try || !in_time || !context.take_attempt() {
                return Err(error);
            }
            if let Err(stopped) = wait::pause(self.name(), context, wait).await {
                return Err(if stopped.kind == LmErrorKind::Cancelled { stopped } else { error });
            }
            tries += 1;
        }
    }
}

#[async_trait]
impl LanguageModel for Retrying {
    as_model!();

    async fn complete(
        &self,
        request: &CompletionRequest,
        context: &CallContext,
    ) -> Result<Completion, LmError> {
        self.retried(context, || self.model.complete(request, context)).await
    }

    async fn stream(
        &self,
        request: &CompletionRequest,
        context: &CallContext,
    ) -> Result<CompletionStream, LmError> {
        self.retried(context, || self.model.stream(request, context)).await
    }
}

/// Whether the same request may succeed within seconds; a model that rests is left alone.
const fn may_pass_soon(error: &LmError) -> bool {
    error.is_retryable() && !matches!(error.kind, LmErrorKind::CircuitOpen { .. })
}

/// Factors in `0.5..1.0`, the same for the same seed.
struct Jitter(AtomicU64);

impl Jitter {
    const fn new(seed: u64) -> Self {
        Self(AtomicU64::new(seed))
    }

    /// Source: `SplitMix64`, Steele, Lea and Flood (2014).
    #[expect(clippy::cast_precision_loss, reason = "53 bits fit a float exactly")]
    fn next(&self) -> f64 {
        const STEP: u64 = 0x9E37_79B9_7F4A_7C15;
        let mut bits = self.0.fetch_add(STEP, Ordering::Relaxed).wrapping_add(STEP);
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        bits ^= bits >> 31;
        0.5 + (bits >> 11) as f64 / (1_u64 << 54) as f64
    }
}

#[cfg(all(test, feature = "testing"))]
mod tests {
    use dspex_telemetry::Recorder;

    use super::*;
    use crate::llm::ScriptedModel;

    fn context() -> CallContext {
        let context = CallContext::new(Recorder::new());
        assert!(context.take_attempt(), "the first try is the caller's to take");
        context
    }

    async fn ask(
        retry: Retry,
        script: &ScriptedModel,
        context: &CallContext,
    ) -> Result<String, LmError> {
        let (model, request) = (retry.wrap(Arc::new(script.clone())), CompletionRequest::default());
        model.complete(&request, context).await.map(|completion| completion.text)
    }

    fn limited(n_times: usize) -> ScriptedModel {
        (0..n_times).fold(ScriptedModel::new(), |script, _| script.fail(LmErrorKind::RateLimited))
    }

    #[tokio::test(start_paused = true)]
    async fn what_may_pass_is_tried_until_the_attempts_are_spent() {
        let script = limited(1).text("late");
        assert_eq!(ask(Retry::default(), &script, &context()).await, Ok("late".into()));
        for (retry, expected) in [(Retry::default(), 3), (Retry::attempts(2), 2)] {
            let script = limited(9);
            let error = ask(retry, &script, &context()).await.unwrap_err();
            assert_eq!(error.kind, LmErrorKind::RateLimited);
            assert_eq!(script.requests().len(), expected);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_cannot_pass_is_tried_once() {
        let script = ScriptedModel::new().fail(LmErrorKind::ContextTooLong).text("never");
        let error = ask(Retry::default(), &script, &context()).await.unwrap_err();
        assert_eq!(error.kind, LmErrorKind::ContextTooLong);
        assert_eq!(script.requests().len(), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn a_wait_beyond_the_deadline_is_not_begun() {
        let retry = Retry::default().first_wait(Duration::from_secs(60));
        let context = context().within(Duration::from_secs(1));
        let error = ask(retry, &limited(1).text("never"), &context).await.unwrap_err();
        assert_eq!(error.kind, LmErrorKind::RateLimited);
    }

    #[test]
    fn the_wait_is_the_providers_or_doubles() {
        let (settings, jitter) = (Retry::default(), Jitter::new(7));
        let retrying = Retrying { model: Arc::new(ScriptedModel::new()), settings, jitter };
        let error = LmError::new("m", LmErrorKind::RateLimited);
        for tries in 0..40 {
            let whole = Duration::from_millis(500 << tries.min(4));
            let wait = retrying.wait(tries, &error);
            assert!((whole / 2..whole).contains(&wait), "try {tries}: {wait:?}");
        }
        let error = error.with_retry_after(Some(Duration::from_secs(3)));
        assert_eq!(retrying.wait(0, &error), Duration::from_secs(3));
    }
}
