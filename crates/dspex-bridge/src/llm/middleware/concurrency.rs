//! A limit on how many requests are with a model at a time.

use std::sync::Arc;

use async_trait::async_trait;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::Middleware;
use crate::call::CallContext;
use crate::llm::{
    Completion, CompletionRequest, CompletionStream, LanguageModel, LmError, LmErrorKind, wait,
};

/// Keeps a model from more requests at a time than it can serve.
///
/// The others wait in the order of arrival, each until its deadline, and then fail with
/// [`LmErrorKind::RateLimited`]. A streamed answer counts until it ends or is dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Concurrency {
    most: usize,
}

impl Concurrency {
    /// At most this many at a time; at least one.
    #[must_use]
    pub const fn at_most(requests: usize) -> Self {
        Self { most: if requests == 0 { 1 } else { requests } }
    }
}

impl Middleware for Concurrency {
    fn wrap(&self, model: Arc<dyn LanguageModel>) -> Arc<dyn LanguageModel> {
        let most = self.most.min(Semaphore::MAX_PERMITS);
        Arc::new(Narrow { model, places: Arc::new(Semaphore::new(most)) })
    }
}

struct Narrow {
    model: Arc<dyn LanguageModel>,
    places: Arc<Semaphore>,
}

impl Narrow {
    async fn admit(&self, context: &CallContext) -> Result<OwnedSemaphorePermit, LmError> {
        let place = self.places.clone().acquire_owned();
        match wait::within(self.name(), context, place).await {
            Ok(place) => Ok(place.expect("nobody closes it")),
            // The model was not asked: its time has not run out, its places have.
            Err(stopped) if matches!(stopped.kind, LmErrorKind::Timeout { .. }) => {
                Err(LmError::new(self.name(), LmErrorKind::RateLimited))
            }
            Err(stopped) => Err(stopped),
        }
    }
}

#[async_trait]
impl LanguageModel for Narrow {
    as_model!();

    async fn complete(
        &self,
        request: &CompletionRequest,
        context: &CallContext,
    ) -> Result<Completion, LmError> {
        let _place = self.admit(context).await?;
        self.model.complete(request, context).await
    }

    async fn stream(
        &self,
        request: &CompletionRequest,
        context: &CallContext,
    ) -> Result<CompletionStream, LmError> {
        let place = self.admit(context).await?;
        let stream = self.model.stream(request, context).await?;
        Ok(stream.watched(move |_| drop(place)))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    use dspex_telemetry::Recorder;
    use futures_util::future;

    use super::*;

    /// A model that takes a moment, and knows how many asked it at a time.
    #[derive(Clone, Default)]
    struct Busy {
        now: Arc<AtomicUsize>,
        most: Arc<AtomicUsize>,
    }

    #[async_trait]
    impl LanguageModel for Busy {
        fn name(&self) -> &'static str {
            "busy"
        }

        async fn complete(
            &self,
            _: &CompletionRequest,
            _: &CallContext,
        ) -> Result<Completion, LmError> {
            let now = self.now.fetch_add(1, Ordering::Relaxed) + 1;
            self.most.fetch_max(now, Ordering::Relaxed);
            tokio::time::sleep(Duration::from_millis(10)).await;
            self.now.fetch_sub(1, Ordering::Relaxed);
            Ok(Completion::default())
        }
    }

    #[tokio::test(start_paused = true)]
    async fn no_more_than_the_limit_are_asked_at_a_time() {
        let busy = Busy::default();
        let model = Concurrency::at_most(3).wrap(Arc::new(busy.clone()));
        let (request, context) = (CompletionRequest::default(), CallContext::new(Recorder::new()));
        let all = (0..20).map(|_| model.complete(&request, &context));
        let all = future::join_all(all).await;
        assert!(all.iter().all(Result::is_ok));
        assert_eq!(busy.most.load(Ordering::Relaxed), 3);
    }

    #[tokio::test]
    async fn a_stream_keeps_its_place_until_it_ends() {
        let model = Concurrency::at_most(0).wrap(Arc::new(Busy::default()));
        let (request, context) = (CompletionRequest::default(), CallContext::new(Recorder::new()));
        let stream = model.stream(&request, &context).await.unwrap();
        let late = context.clone().within(Duration::from_millis(5));
        let error = model.stream(&request, &late).await.unwrap_err();
        assert_eq!(error.kind, LmErrorKind::RateLimited, "the model itself is not slow");
        drop(stream);
        let stream = model.stream(&request, &context).await.unwrap();
        stream.finish().await.unwrap();
        model.complete(&request, &context).await.unwrap();
    }
}
