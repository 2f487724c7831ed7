//! Hedging: a request that is slow to be answered is sent once more.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use dspex_telemetry::Event;
use futures_util::future::{BoxFuture, Either, select};

use super::Middleware;
use crate::call::CallContext;
use crate::llm::{Completion, CompletionRequest, CompletionStream, LanguageModel, LmError};

/// Sends a request once more that is slow to be answered, and takes the answer that comes first.
///
/// It makes rare slow answers fewer, for the price of the requests that are sent twice: let the wait be
/// longer than nearly all answers take. The second request takes one of the call's attempts, and is
/// not sent where none is left; the slower one is dropped. A stream counts as answered once it has
/// opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hedge {
    wait: Duration,
}

impl Hedge {
    /// Asks again where there is no answer after this long.
    #[must_use]
    pub const fn after(wait: Duration) -> Self {
        Self { wait }
    }
}

impl Middleware for Hedge {
    fn wrap(&self, model: Arc<dyn LanguageModel>) -> Arc<dyn LanguageModel> {
        Arc::new(Hedged { model, wait: self.wait })
    }
}

struct Hedged {
    model: Arc<dyn LanguageModel>,
    wait: Duration,
}

impl Hedged {
    async fn hedged<'a, T>(
        &self,
        context: &CallContext,
        ask: impl Fn() -> BoxFuture<'a, Result<T, LmError>> + Send + Sync,
    ) -> Result<T, LmError> {
        let first = match select(ask(), Box::pin(tokio::time::sleep(self.wait))).await {
            Either::Left((answer, _)) => return answer,
            Either::Right(((), first)) => first,
        };
        if !context.take_attempt() {
            return first.await;
        }
        context.recorder().record(Event::LmHedged { lm: self.name().to_owned() });
        // Of two failures, the later one tells more.
        match select(first, ask()).await {
            Either::Left((Err(_), other)) | Either::Right((Err(_), other)) => other.await,
            Either::Left((answer, _)) | Either::Right((answer, _)) => answer,
        }
    }
}

#[async_trait]
impl LanguageModel for Hedged {
    as_model!();

    async fn complete(
        &self,
        request: &CompletionRequest,
        context: &CallContext,
    ) -> Result<Completion, LmError> {
        self.hedged(context, || self.model.complete(request, context)).await
    }

    async fn stream(
        &self,
        request: &CompletionRequest,
        context: &CallContext,
    ) -> Result<CompletionStream, LmError> {
        self.hedged(context, || self.model.stream(request, context)).await
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use dspex_telemetry::{RecentEvents, Recorder};

    use super::*;
    use crate::llm::LmErrorKind;

    /// Its answers: after so many milliseconds, the number of the request or a failure.
    struct Slow {
        answers: Vec<(u64, bool)>,
        n_asked: AtomicUsize,
    }

    #[async_trait]
    impl LanguageModel for Slow {
        fn name(&self) -> &'static str {
            "slow"
        }

        async fn complete(
            &self,
            _: &CompletionRequest,
            _: &CallContext,
        ) -> Result<Completion, LmError> {
            let number = self.n_asked.fetch_add(1, Ordering::Relaxed);
            let (wait, is_answered) = self.answers[number];
            tokio::time::sleep(Duration::from_millis(wait)).await;
            match is_answered {
                true => Ok(Completion::text(number.to_string())),
                false => Err(LmError::new("slow", LmErrorKind::RateLimited)),
            }
        }
    }

    async fn check(
        answers: &[(u64, bool)],
        attempts: u32,
        expected: Result<&str, LmErrorKind>,
        n_asked: usize,
    ) {
        let slow = Arc::new(Slow { answers: answers.to_vec(), n_asked: AtomicUsize::new(0) });
        let model = Hedge::after(Duration::from_millis(100)).wrap(slow.clone());
        let events = Arc::new(RecentEvents::new(4));
        let context = CallContext::new(Recorder::new().with(events.clone())).attempts(attempts);
        assert!(context.take_attempt(), "the first one is the caller's");
        let answer = model.complete(&CompletionRequest::default(), &context).await;
        let answer = answer.map(|done| done.text).map_err(|error| error.kind);
        assert_eq!(answer, expected.map(str::to_owned), "{answers:?}");
        assert_eq!(slow.n_asked.load(Ordering::Relaxed), n_asked, "{answers:?}");
        assert_eq!(events.events().len(), n_asked - 1, "{answers:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn the_answer_that_comes_first_is_taken() {
        check(&[(50, true)], 3, Ok("0"), 1).await;
        check(&[(50, false)], 3, Err(LmErrorKind::RateLimited), 1).await;
        check(&[(500, true), (100, true)], 3, Ok("1"), 2).await;
        check(&[(150, true), (500, true)], 3, Ok("0"), 2).await;
        check(&[(500, true), (10, false)], 3, Ok("0"), 2).await;
        check(&[(150, false), (500, true)], 3, Ok("1"), 2).await;
        check(&[(150, false), (500, false)], 3, Err(LmErrorKind::RateLimited), 2).await;
        check(&[(500, true)], 1, Ok("0"), 1).await;
    }
}
