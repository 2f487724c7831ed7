//! Tests of the cache.
use std::collections::HashMap;
use std::sync::Mutex;

use dspex_signature::fields;
use dspex_telemetry::{RecentEvents, Recorder};

use super::*;
use crate::llm::{Message, ScriptedModel};

fn request(text: &str) -> CompletionRequest {
    CompletionRequest::new([Message::user(text)])
}

/// What became of the requests, in order.
fn outcomes(recent: &RecentEvents) -> Vec<CacheOutcome> {
    let outcome = |event: Event| match event {
        Event::LmCached { outcome, .. } => Some(outcome),
        _ => None,
    };
    recent.events().into_iter().filter_map(outcome).collect()
}

async fn ask(model: &Arc<dyn LanguageModel>, request: &CompletionRequest) -> (String, bool) {
    let context = CallContext::new(Recorder::new());
    let completion = model.complete(request, &context).await.expect("it is answered");
    (completion.text, completion.from_cache)
}

#[tokio::test]
async fn the_same_request_is_sent_once() {
    let script = ScriptedModel::new().text("one").text("two").text("three");
    let model = Cache::memory(10).wrap(Arc::new(script.clone()));
    assert_eq!(ask(&model, &request("a")).await, ("one".to_owned(), false));
    assert_eq!(ask(&model, &request("a")).await, ("one".to_owned(), true));
    assert_eq!(ask(&model, &request("b")).await, ("two".to_owned(), false));
    let mut anew = request("a");
    anew.sampling.extra = fields! { "rollout_id" => 1 };
    assert_eq!(ask(&model, &anew).await, ("three".to_owned(), false));
    assert_eq!(ask(&model, &anew).await, ("three".to_owned(), true));
    assert_eq!(script.requests().len(), 3);
}

#[tokio::test]
async fn an_answer_from_memory_costs_nothing_and_is_reported() {
    let model = Cache::memory(10).wrap(Arc::new(ScriptedModel::new().text("one two")));
    let recent = Arc::new(RecentEvents::new(5));
    let context = CallContext::new(Recorder::new().with(recent.clone()));
    let first = model.complete(&request("a"), &context).await.unwrap();
    let again = model.complete(&request("a"), &context).await.unwrap();
    assert_eq!((first.usage.output_tokens, again.usage.output_tokens), (2, 0));
    assert_eq!(again.cost, Cost::ZERO);
    assert_eq!(outcomes(&recent), [CacheOutcome::Miss, CacheOutcome::Hit]);
}

#[tokio::test]
async fn failures_are_not_kept_and_old_answers_go() {
    let script = ScriptedModel::new().fail(LmErrorKind::RateLimited).text("one");
    let model = Cache::memory(10).wrap(Arc::new(script));
    let context = CallContext::new(Recorder::new());
    assert!(model.complete(&request("a"), &context).await.is_err());
    assert_eq!(ask(&model, &request("a")).await, ("one".to_owned(), false));

    let script = ScriptedModel::new().otherwise("x");
    let model = Cache::memory(10).ttl(Duration::from_nanos(1)).wrap(Arc::new(script));
    assert!(!ask(&model, &request("a")).await.1 && !ask(&model, &request("a")).await.1);
}

/// Answers after a while, and counts.
struct Slow(AtomicBool);

#[async_trait]
impl LanguageModel for Slow {
    fn name(&self) -> &'static str {
        "slow"
    }

    async fn complete(
        &self,
        _: &CompletionRequest,
        context: &CallContext,
    ) -> Result<Completion, LmError> {
        let is_first = !self.0.swap(true, Ordering::Relaxed);
        let wait = context.bound(tokio::time::sleep(Duration::from_secs(5))).await;
        match wait {
            Ok(()) => Ok(Completion::text(if is_first { "first" } else { "second" })),
            Err(_) => Err(LmError::new("slow", LmErrorKind::Cancelled)),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn requests_on_their_way_are_waited_for() {
    let model = Cache::memory(10).wrap(Arc::new(Slow(AtomicBool::new(false))));
    let question = request("a");
    let (one, other) = tokio::join!(ask(&model, &question), ask(&model, &question));
    assert_eq!((one, other), (("first".to_owned(), false), ("first".to_owned(), true)));
}

#[tokio::test(start_paused = true)]
async fn who_gives_up_leaves_the_others_their_answer() {
    let model = Cache::memory(10).wrap(Arc::new(Slow(AtomicBool::new(false))));
    let hurried = CallContext::new(Recorder::new());
    let question = request("a");
    let give_up = async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        hurried.cancel();
    };
    let (first, second, ()) =
        tokio::join!(model.complete(&question, &hurried), ask(&model, &question), give_up);
    assert_eq!(first.unwrap_err().kind, LmErrorKind::Cancelled);
    assert_eq!(second.0, "second");
}

#[tokio::test]
async fn another_tenant_and_another_address_are_asked_anew() {
    let script = ScriptedModel::new().text("one").text("two").text("three");
    let cache = Cache::memory(10);
    let model = cache.wrap(Arc::new(script.clone()));
    assert_eq!(ask(&model, &request("a")).await.0, "one");
    let of_acme = CallContext::new(Recorder::new()).on_behalf_of("acme");
    let answer = model.complete(&request("a"), &of_acme).await.unwrap();
    assert_eq!((&*answer.text, answer.from_cache), ("two", false));

    struct Elsewhere(ScriptedModel);
    #[async_trait]
    impl LanguageModel for Elsewhere {
        fn name(&self) -> &str {
            self.0.name()
        }

        fn identity(&self) -> Option<std::borrow::Cow<'_, str>> {
            Some("http://elsewhere".into())
        }

        async fn complete(
            &self,
            request: &CompletionRequest,
            context: &CallContext,
        ) -> Result<Completion, LmError> {
            self.0.complete(request, context).await
        }
    }
    let elsewhere = cache.wrap(Arc::new(Elsewhere(script)));
    assert_eq!(ask(&elsewhere, &request("a")).await, ("three".to_owned(), false));
}

#[tokio::test]
async fn who_wants_no_cache_goes_past_it() {
    let script = ScriptedModel::new().text("one").text("two");
    let model = Cache::memory(10).wrap(Arc::new(script));
    let recent = Arc::new(RecentEvents::new(5));
    let context = CallContext::new(Recorder::new().with(recent.clone()));
    for expected in ["one", "two"] {
        let answer = model.complete(&request("a").uncached(), &context).await.unwrap();
        assert_eq!(answer.text, expected);
    }
    assert_eq!(outcomes(&recent), [CacheOutcome::Bypassed, CacheOutcome::Bypassed]);
}

/// Keeps answers in a map, until it is told to fail.
#[derive(Clone, Default)]
struct Shelf {
    kept: Arc<Mutex<HashMap<String, String>>>,
    fails: Arc<AtomicBool>,
}

#[async_trait]
impl CacheTier for Shelf {
    async fn get(&self, key: &str) -> Result<Option<String>, TierError> {
        match self.fails.load(Ordering::Relaxed) {
            true => Err("gone".into()),
            false => Ok(self.kept.lock().expect("no test panics").get(key).cloned()),
        }
    }

    async fn put(&self, key: &str, answer: &str, _: Option<Duration>) -> Result<(), TierError> {
        self.kept.lock().expect("no test panics").insert(key.to_owned(), answer.to_owned());
        Ok(())
    }
}

#[tokio::test]
async fn what_lies_below_answers_after_a_restart() {
    let (shelf, script) = (Shelf::default(), ScriptedModel::new().text("one").text("two"));
    let started = || {
        let cache = Cache::memory(10).ttl(Duration::from_secs(60)).below(shelf.clone());
        (cache.clone(), cache.wrap(Arc::new(script.clone())))
    };
    let (cache, first) = started();
    assert_eq!(ask(&first, &request("a")).await, ("one".to_owned(), false));
    cache.flush().await;
    let (_, again) = started();
    assert_eq!(ask(&again, &request("a")).await, ("one".to_owned(), true));
    assert_eq!(ask(&again, &request("a")).await, ("one".to_owned(), true));
    let context = CallContext::new(Recorder::new());
    let (_, streaming) = started();
    let streamed = streaming.stream(&request("a"), &context).await.unwrap();
    assert!(streamed.finish().await.unwrap().from_cache);
    shelf.fails.store(true, Ordering::Relaxed);
    assert_eq!(ask(&streaming, &request("a")).await, ("one".to_owned(), true), "it is in memory");
    shelf.fails.store(false, Ordering::Relaxed);
    let (cache, streaming) = started();
    let streamed = streaming.stream(&request("b"), &context).await.unwrap();
    assert_eq!(streamed.finish().await.unwrap().text, "two");
    cache.flush().await;
    assert_eq!(ask(&started().1, &request("b")).await, ("two".to_owned(), true));
}

#[tokio::test]
async fn a_tier_that_fails_costs_no_answer() {
    let shelf = Shelf::default();
    let script = ScriptedModel::new().otherwise("x");
    let started = || {
        let cache = Cache::memory(10).below(shelf.clone());
        (cache.clone(), cache.wrap(Arc::new(script.clone())))
    };
    let recent = Arc::new(RecentEvents::new(9));
    let context = CallContext::new(Recorder::new().with(recent.clone()));
    shelf.fails.store(true, Ordering::Relaxed);
    let (cache, model) = started();
    model.complete(&request("a"), &context).await.unwrap();
    cache.flush().await;
    shelf.fails.store(false, Ordering::Relaxed);
    shelf.kept.lock().unwrap().values_mut().for_each(|answer| answer.truncate(3));
    started().1.complete(&request("a"), &context).await.unwrap();
    let failed = [CacheOutcome::TierFailed, CacheOutcome::Miss];
    assert_eq!(outcomes(&recent), [failed, failed].concat());
}

/// Never has an answer, and never has written one; counts the writes.
#[derive(Clone, Default)]
struct Stuck(Arc<std::sync::atomic::AtomicUsize>);

#[async_trait]
impl CacheTier for Stuck {
    async fn get(&self, _: &str) -> Result<Option<String>, TierError> {
        std::future::pending().await
    }

    async fn put(&self, _: &str, _: &str, _: Option<Duration>) -> Result<(), TierError> {
        self.0.fetch_add(1, Ordering::Relaxed);
        std::future::pending().await
    }
}

#[tokio::test(start_paused = true)]
async fn a_tier_that_is_stuck_costs_two_seconds_and_no_answer() {
    let (stuck, script) = (Stuck::default(), ScriptedModel::new().otherwise("x"));
    let cache = Cache::memory(1_000).below(stuck.clone());
    let model = cache.wrap(Arc::new(script));
    let context = CallContext::new(Recorder::new());
    let started = tokio::time::Instant::now();
    assert_eq!(ask(&model, &request("a")).await, ("x".to_owned(), false));
    let mut streamed = model.stream(&request("b"), &context).await.unwrap();
    while streamed.next().await.is_some() {}
    assert_eq!(started.elapsed(), Duration::from_secs(4));
    assert_eq!(ask(&model, &request("b")).await, ("x".to_owned(), true));

    let hurried = context.within(Duration::from_secs(1));
    let error = model.stream(&request("c"), &hurried).await.unwrap_err();
    assert!(matches!(error.kind, LmErrorKind::Timeout { .. }), "{error}");

    let questions: Vec<_> = (0..400).map(|n| request(&n.to_string())).collect();
    let asked = questions.iter().map(|question| ask(&model, question));
    futures_util::future::join_all(asked).await;
    tokio::time::sleep(Duration::from_millis(1)).await;
    assert_eq!(stuck.0.load(Ordering::Relaxed), 256, "no more writes than that are begun");
    let started = tokio::time::Instant::now();
    cache.flush().await;
    assert!(started.elapsed() <= Duration::from_secs(30));
}

#[cfg(feature = "http")]
#[test]
fn a_models_own_sampling_and_api_tell_it_apart() {
    use crate::llm::{OpenAi, Sampling};

    let warm = Sampling { temperature: Some(0.9), ..Sampling::default() };
    let models = [
        OpenAi::new("m"),
        OpenAi::new("m").sampling(warm),
        OpenAi::new("m").base_url("http://127.0.0.1:1"),
    ];
    let mut identities = vec![OpenAi::new("m").responses().identity().unwrap().into_owned()];
    identities.extend(models.iter().map(|model| model.identity().unwrap().into_owned()));
    for (position, identity) in identities.iter().enumerate() {
        assert!(!identities[..position].contains(identity), "{identities:?}");
    }
}

/// Runs out of time once, then answers; counts.
struct LateOnce(std::sync::atomic::AtomicUsize);

#[async_trait]
impl LanguageModel for LateOnce {
    fn name(&self) -> &'static str {
        "late"
    }

    async fn complete(
        &self,
        _: &CompletionRequest,
        _: &CallContext,
    ) -> Result<Completion, LmError> {
        let n_asked = self.0.fetch_add(1, Ordering::Relaxed);
        tokio::time::sleep(Duration::from_secs(1)).await;
        match n_asked {
            0 => Err(LmError::new("late", LmErrorKind::Timeout { after: Duration::from_secs(1) })),
            _ => Ok(Completion::text("x")),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn one_of_those_that_waited_asks_for_all() {
    let late = Arc::new(LateOnce(std::sync::atomic::AtomicUsize::new(0)));
    let model = Cache::memory(10).wrap(late.clone());
    let (question, context) = (request("a"), CallContext::new(Recorder::new()));
    let calls = (0..20).map(|_| model.complete(&question, &context));
    let answers = futures_util::future::join_all(calls).await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 19);
    assert_eq!(late.0.load(Ordering::Relaxed), 2);
}
