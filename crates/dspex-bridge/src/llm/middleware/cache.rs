//! A cache in memory: a request that was answered before is not sent again.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use dspex_signature::Value;
use dspex_telemetry::Event;
use futures_util::StreamExt as _;
use moka::future::Cache as Entries;
use sha2::{Digest, Sha256};

use super::Middleware;
use crate::call::{CallContext, Usage};
use crate::llm::{
    Completion, CompletionEvent, CompletionRequest, CompletionStream, LanguageModel,
    LmCapabilities, LmError, LmErrorKind, record, wait,
};

/// Answers from memory what a model was asked before.
///
/// Requests are the same where model, messages and sampling are, `rollout_id` included, by which
/// DSPy tells apart what should be asked anew. Requests that come while the first of them is on its
/// way wait for its answer, unless they are streamed. Failures are not kept. An answer from memory says so
/// ([`Completion::from_cache`]) and has cost no tokens.
///
/// Clones share their entries, so that one cache can serve several models.
#[derive(Clone)]
pub struct Cache {
    entries: Entries<Key, Completion>,
    capacity: u64,
}

type Key = [u8; 32];

impl Cache {
    /// A cache of at most this many answers; the least used go first.
    #[must_use]
    pub fn memory(capacity: u64) -> Self {
        Self { entries: Entries::new(capacity), capacity }
    }

    /// An empty cache of the same size, whose answers are kept for so long and no longer.
    #[must_use]
    pub fn ttl(self, ttl: Duration) -> Self {
        let builder = Entries::builder().max_capacity(self.capacity).time_to_live(ttl);
        Self { entries: builder.build(), capacity: self.capacity }
    }
}

impl fmt::Debug for Cache {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Cache").field("capacity", &self.capacity).finish_non_exhaustive()
    }
}

impl Middleware for Cache {
    fn wrap(&self, model: Arc<dyn LanguageModel>) -> Arc<dyn LanguageModel> {
        Arc::new(Cached { model, entries: self.entries.clone() })
    }
}

struct Cached {
    model: Arc<dyn LanguageModel>,
    entries: Entries<Key, Completion>,
}

#[async_trait]
impl LanguageModel for Cached {
    fn name(&self) -> &str {
        self.model.name()
    }

    fn capabilities(&self) -> LmCapabilities {
        self.model.capabilities()
    }

    async fn complete(
        &self,
        request: &CompletionRequest,
        context: &CallContext,
    ) -> Result<Completion, LmError> {
        let is_asked = AtomicBool::new(false);
        let ask = async {
            is_asked.store(true, Ordering::Relaxed);
            self.model.complete(request, context).await
        };
        let key = key(self.model.name(), request);
        let answer = self.entries.try_get_with(key, ask);
        let answer = wait::within(self.name(), context, answer).await?;
        match (answer, is_asked.load(Ordering::Relaxed)) {
            (Ok(completion), true) => Ok(completion),
            (Ok(completion), false) => Ok(self.recalled(completion, context)),
            // Another call ran out of its own time; this one has its own.
            (Err(error), false) if is_anothers(&error.kind) => {
                self.model.complete(request, context).await
            }
            (Err(error), _) => Err(LmError::clone(&error)),
        }
    }

    async fn stream(
        &self,
        request: &CompletionRequest,
        context: &CallContext,
    ) -> Result<CompletionStream, LmError> {
        let key = key(self.model.name(), request);
        if let Some(completion) = self.entries.get(&key).await {
            return Ok(CompletionStream::whole(self.recalled(completion, context)));
        }
        let stream = self.model.stream(request, context).await?;
        let entries = self.entries.clone();
        Ok(CompletionStream::new(stream.then(move |event| {
            let kept = match &event {
                Ok(CompletionEvent::Done(completion)) => {
                    Some((entries.clone(), completion.clone()))
                }
                _ => None,
            };
            async move {
                if let Some((entries, completion)) = kept {
                    entries.insert(key, completion).await;
                }
                event
            }
        })))
    }
}

impl Cached {
    /// An answer from memory, which is reported.
    fn recalled(&self, completion: Completion, context: &CallContext) -> Completion {
        context.recorder().record(Event::LmCacheHit { lm: self.name().to_owned() });
        let (usage, took) = (Usage::default(), Duration::ZERO);
        Completion { from_cache: true, usage, took, ..completion }
    }
}

/// Whether a failure tells of the call that met it and nothing else.
const fn is_anothers(kind: &LmErrorKind) -> bool {
    matches!(kind, LmErrorKind::Cancelled | LmErrorKind::Timeout { .. })
}

/// What tells requests apart.
fn key(model: &str, request: &CompletionRequest) -> Key {
    Sha256::digest(Value::Map(record::asked(model, request)).to_json()).into()
}

#[cfg(all(test, feature = "testing"))]
mod tests {
    use dspex_signature::fields;
    use dspex_telemetry::{RecentEvents, Recorder};

    use super::*;
    use crate::llm::{Message, ScriptedModel};

    fn request(text: &str) -> CompletionRequest {
        CompletionRequest::new([Message::user(text)])
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
        let hit = Event::LmCacheHit { lm: model.name().to_owned() };
        assert_eq!(recent.events().iter().filter(|event| **event == hit).count(), 1);
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
}
