//! Tests of the rate limit.

use dspex_signature::VirtualClock;
use dspex_telemetry::Recorder;
use proptest::prelude::*;

use super::*;
use crate::llm::{Message, Metadata, Quota, ScriptedModel};

fn context() -> CallContext {
    CallContext::new(Recorder::new())
}

/// How long the next request takes, in whole seconds of a clock that jumps.
async fn ask(
    model: &Arc<dyn LanguageModel>,
    request: &CompletionRequest,
) -> Result<u64, LmErrorKind> {
    let started = tokio::time::Instant::now();
    let done = model.complete(request, &context()).await;
    done.map(|_| started.elapsed().as_secs_f64().round() as u64).map_err(|error| error.kind)
}

#[tokio::test(start_paused = true)]
async fn requests_beyond_the_limit_wait_their_turn() {
    let script = ScriptedModel::new().otherwise("yes");
    let model = RateLimit::per_minute().requests(2).wrap(Arc::new(script));
    let request = CompletionRequest::default();
    for expected in [0, 0, 30, 60] {
        // Time as the limit sees it stands still, so that each waits behind those before it.
        assert_eq!(ask(&model, &request).await, Ok(expected));
    }
}

#[tokio::test(start_paused = true)]
async fn requests_that_wait_heed_a_pause_that_comes_meanwhile() {
    let limits = RateLimit::per_minute().requests(60);
    let limited = Limited { model: Arc::new(ScriptedModel::new()), limits: limits.limits() };
    let context = context();
    for _ in 0..60 {
        limited.admit([1.0, 0.0], &context).await.unwrap();
    }
    let started = tokio::time::Instant::now();
    let pause = async {
        tokio::time::sleep(Duration::from_millis(500)).await;
        limited.limits.close(Some(Duration::from_secs(30)), context.now());
    };
    let (admitted, ()) = tokio::join!(limited.admit([1.0, 0.0], &context), pause);
    admitted.unwrap();
    assert!(started.elapsed() > Duration::from_secs(30), "{:?}", started.elapsed());
}

#[tokio::test(start_paused = true)]
async fn tokens_are_guessed_and_then_set_right() {
    let script = ScriptedModel::new().otherwise("one two three four");
    let model = RateLimit::per_minute().tokens(60).wrap(Arc::new(script));
    let request = CompletionRequest::new([Message::user("x".repeat(4 * 56))]);
    // 56 guessed, 4 counted: 56 are left for the next one, and it is as large.
    assert_eq!(ask(&model, &request).await, Ok(0));
    assert_eq!(ask(&model, &request).await, Ok(0));
    let large = CompletionRequest::new([Message::user("x".repeat(4 * 600))]);
    assert_eq!(ask(&model, &large).await, Ok(8), "larger than the limit: when it is full");
}

#[tokio::test(start_paused = true)]
async fn a_wait_beyond_the_deadline_fails_at_once_and_takes_nothing() {
    let script = ScriptedModel::new().otherwise("yes");
    let model = RateLimit::per_minute().requests(1).wrap(Arc::new(script.clone()));
    let request = CompletionRequest::default();
    assert!(model.complete(&request, &context()).await.is_ok());
    for _ in 0..3 {
        let hurried = context().within(Duration::from_secs(20));
        let error = model.complete(&request, &hurried).await.unwrap_err();
        assert_eq!(error.kind, LmErrorKind::RateLimited);
        let wait = error.retry_after.unwrap();
        assert!(wait > Duration::from_secs(59) && wait <= Duration::from_secs(60), "{wait:?}");
    }
    let cancelled = context();
    cancelled.cancel();
    let error = model.complete(&request, &cancelled).await.unwrap_err();
    assert_eq!(error.kind, LmErrorKind::Cancelled);
    assert_eq!(script.requests().len(), 1);
    assert_eq!(ask(&model, &request).await, Ok(60));
}

#[tokio::test(start_paused = true)]
async fn the_providers_own_word_goes_before() {
    let answer = |requests, requests_in| {
        let quota = Quota { requests: Some(requests), requests_in, ..Quota::default() };
        let metadata = Metadata { quota, ..Metadata::default() };
        Completion { metadata, ..Completion::text("yes") }
    };
    let script = ScriptedModel::new()
        .completion(answer(1, None))
        .completion(answer(0, Some(Duration::from_secs(20))))
        .otherwise("yes");
    let request = CompletionRequest::default();
    let model = RateLimit::per_minute().requests(60).wrap(Arc::new(script));
    // Of sixty, others have spent all but one; then there are none for 20 seconds.
    for expected in [0, 0, 20] {
        assert_eq!(ask(&model, &request).await, Ok(expected));
    }
}

#[tokio::test]
async fn all_wait_where_a_provider_has_had_enough() {
    let clock = Arc::new(VirtualClock::new());
    let script = ScriptedModel::new().fail(LmErrorKind::RateLimited).otherwise("yes");
    let model = RateLimit::per_minute().wrap(Arc::new(Slow(script)));
    let context = || CallContext::with_clock(Recorder::new(), clock.clone());
    let request = CompletionRequest::default();
    assert!(model.complete(&request, &context()).await.is_err());
    let hurried = context().within(Duration::from_secs(1));
    let error = model.complete(&request, &hurried).await.unwrap_err();
    assert_eq!(error.retry_after, Some(Duration::from_secs(7)));
    clock.advance(Duration::from_secs(7));
    assert!(model.complete(&request, &context()).await.is_ok());
}

/// A model that asks for seven seconds where it fails.
struct Slow(ScriptedModel);

#[async_trait]
impl LanguageModel for Slow {
    fn name(&self) -> &str {
        self.0.name()
    }

    async fn complete(
        &self,
        request: &CompletionRequest,
        context: &CallContext,
    ) -> Result<Completion, LmError> {
        let answer = self.0.complete(request, context).await;
        answer.map_err(|error| error.with_retry_after(Some(Duration::from_secs(7))))
    }
}

proptest! {
    #[test]
    fn no_minute_sees_more_than_the_limit_and_what_it_held(
        limit in 1..50_u32,
        gaps in proptest::collection::vec(0..20_u64, 1..80),
    ) {
        let start = Instant::now();
        let (mut bucket, mut now) = (Bucket::full(limit), start);
        let mut sent: Vec<Instant> = Vec::new();
        for gap in gaps {
            now += Duration::from_secs(gap);
            sent.push(now + bucket.take(1.0, now));
        }
        for first in &sent {
            let window = *first + Duration::from_secs(60);
            let within = sent.iter().filter(|at| *at >= first && **at < window).count();
            prop_assert!(within <= 2 * limit as usize, "{within} of {limit}");
        }
        prop_assert!(sent.windows(2).all(|pair| pair[0] <= pair[1]), "in the order of arrival");
    }
}
