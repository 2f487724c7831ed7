//! A limit on the time of a whole answer, whatever is tried for it.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use super::Middleware;
use crate::call::CallContext;
use crate::llm::{Completion, CompletionRequest, CompletionStream, LanguageModel, LmError, wait};

/// Ends an answer that takes too long, with all that stands within: waits, retries and fallbacks.
///
/// The call's own deadline holds as well, and a stream is ended while it flows. The limits of a single
/// exchange and of a stream's silence are the model's own: see
/// [`Remote::timeout`](crate::llm::OpenAi::timeout).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeout {
    total: Duration,
}

impl Timeout {
    /// The longest answer.
    #[must_use]
    pub const fn total(total: Duration) -> Self {
        Self { total }
    }
}

impl Middleware for Timeout {
    fn wrap(&self, model: Arc<dyn LanguageModel>) -> Arc<dyn LanguageModel> {
        Arc::new(Timed { model, total: self.total })
    }
}

struct Timed {
    model: Arc<dyn LanguageModel>,
    total: Duration,
}

#[async_trait]
impl LanguageModel for Timed {
    as_model!();

    async fn complete(
        &self,
        request: &CompletionRequest,
        context: &CallContext,
    ) -> Result<Completion, LmError> {
        let context = context.clone().within(self.total);
        // A model of the user's own may look at no deadline.
        let ask = self.model.complete(request, &context);
        wait::within(self.name(), &context, ask).await?
    }

    async fn stream(
        &self,
        request: &CompletionRequest,
        context: &CallContext,
    ) -> Result<CompletionStream, LmError> {
        let context = context.clone().within(self.total);
        // A model of the user's own may look at no deadline.
        let ask = self.model.stream(request, &context);
        let stream = wait::within(self.name(), &context, ask).await??;
        Ok(stream.within(self.name(), &context))
    }
}

#[cfg(all(test, feature = "testing"))]
mod tests {
    use dspex_telemetry::Recorder;
    use futures_util::stream;

    use super::*;
    use crate::llm::{CompletionEvent, Lm, LmErrorKind, Models, Retry, ScriptedModel};

    async fn ask(lm: &Lm, context: &CallContext) -> Result<String, LmErrorKind> {
        let model = Models::new().resolve(lm).expect("it is no name");
        let done = model.complete(&CompletionRequest::default(), context).await;
        done.map(|completion| completion.text).map_err(|error| error.kind)
    }

    #[tokio::test(start_paused = true)]
    async fn all_tries_together_have_the_time_of_one_answer() {
        let script = ScriptedModel::new().fail(LmErrorKind::RateLimited).text("late");
        let retry = || Retry::attempts(2).first_wait(Duration::from_millis(400));
        let context = CallContext::new(Recorder::new());
        let quick =
            Lm::new(script.clone()).with(retry()).with(Timeout::total(Duration::from_millis(50)));
        // The wait would outlast the limit, so that it is not begun.
        assert_eq!(ask(&quick, &context).await, Err(LmErrorKind::RateLimited));
        let patient = Lm::new(script).with(retry()).with(Timeout::total(Duration::from_secs(5)));
        assert_eq!(ask(&patient, &context).await, Ok("late".to_owned()));
        assert_eq!(context.remaining(), None, "the call itself has no limit");
    }

    struct Silent;

    #[async_trait]
    impl LanguageModel for Silent {
        fn name(&self) -> &'static str {
            "silent"
        }

        async fn complete(
            &self,
            _: &CompletionRequest,
            _: &CallContext,
        ) -> Result<Completion, LmError> {
            std::future::pending().await
        }
    }

    #[tokio::test]
    async fn a_model_that_never_answers_is_ended() {
        let lm = Lm::new(Silent).with(Timeout::total(Duration::from_millis(20)));
        let context = CallContext::new(Recorder::new());
        assert!(matches!(ask(&lm, &context).await, Err(LmErrorKind::Timeout { .. })));
        context.cancel();
        assert_eq!(ask(&lm, &context).await, Err(LmErrorKind::Cancelled));
    }

    /// Begins to answer, and never ends.
    struct Endless;

    #[async_trait]
    impl LanguageModel for Endless {
        fn name(&self) -> &'static str {
            "endless"
        }

        async fn complete(
            &self,
            _: &CompletionRequest,
            _: &CallContext,
        ) -> Result<Completion, LmError> {
            std::future::pending().await
        }

        async fn stream(
            &self,
            _: &CompletionRequest,
            _: &CallContext,
        ) -> Result<CompletionStream, LmError> {
            Ok(CompletionStream::new(stream::unfold((), async |()| {
                tokio::time::sleep(Duration::from_millis(2)).await;
                Some((Ok(CompletionEvent::Text("and ".to_owned())), ()))
            })))
        }
    }

    #[tokio::test]
    async fn a_stream_that_flows_on_is_ended() {
        let model = Timeout::total(Duration::from_millis(40)).wrap(Arc::new(Endless));
        let context = CallContext::new(Recorder::new());
        let mut stream = model.stream(&CompletionRequest::default(), &context).await.unwrap();
        let mut events = Vec::new();
        while let Some(event) = stream.next().await {
            events.push(event);
        }
        let error = events.pop().unwrap().unwrap_err();
        assert!(matches!(error.kind, LmErrorKind::Timeout { .. }), "{error}");
        assert!(events.iter().all(Result::is_ok) && !events.is_empty(), "{events:?}");
    }
}
