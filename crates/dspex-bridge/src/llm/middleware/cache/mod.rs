//! A cache: a request that was answered before is not sent again.

mod below;
mod tier;

#[cfg(all(test, feature = "testing"))]
mod tests;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use dspex_signature::Value;
use dspex_telemetry::{CacheOutcome, Event};
use futures_util::StreamExt as _;
use moka::Expiry;
use moka::future::Cache as Entries;
use sha2::{Digest, Sha256};

pub use tier::{CacheTier, TierError};

use super::Middleware;
use crate::call::{CallContext, Cost, Usage};
use crate::llm::{
    Completion, CompletionEvent, CompletionRequest, CompletionStream, LanguageModel, LmError,
    LmErrorKind, record, wait,
};
use below::Below;

/// Answers what a model was asked before.
///
/// Requests are the same where model, address, the model's own sampling, tenant and all that is asked are, `rollout_id`
/// included, by which DSPy tells apart what should be asked anew. Requests that come while the first
/// of them is on its way wait for its answer, unless they are streamed. Failures are not kept. An
/// answer that was kept says so ([`Completion::from_cache`]) and has cost nothing. The event
/// `lm.cached` says of each request what became of it.
///
/// Clones share their entries, so that one cache can serve several models.
///
/// What lies below it is read within two seconds, and written after the answer is given: see
/// [`flush`](Self::flush).
#[derive(Clone)]
pub struct Cache {
    entries: Entries<Key, Kept>,
    capacity: u64,
    ttl: Option<Duration>,
    below: Option<Below>,
}

/// An answer, and how much longer it is kept; `None` is for good.
#[derive(Clone)]
struct Kept {
    completion: Completion,
    left: Option<Duration>,
}

/// Each answer has its own time, for one that comes from below is not new.
struct EachItsOwn;

impl Expiry<Key, Kept> for EachItsOwn {
    fn expire_after_create(&self, _: &Key, kept: &Kept, _: Instant) -> Option<Duration> {
        kept.left
    }

    fn expire_after_update(
        &self,
        _: &Key,
        kept: &Kept,
        _: Instant,
        _: Option<Duration>,
    ) -> Option<Duration> {
        kept.left
    }
}

type Key = [u8; 32];

/// How often a call waits for others that run out of their own time before it asks for itself alone.
const MAX_TURNS: u32 = 8;

impl Cache {
    /// A cache of at most this many answers in memory; the least used go first.
    #[must_use]
    pub fn memory(capacity: u64) -> Self {
        let entries = Entries::builder().max_capacity(capacity).expire_after(EachItsOwn).build();
        Self { entries, capacity, ttl: None, below: None }
    }

    /// An empty cache of the same size, whose answers are kept for so long and no longer.
    #[must_use]
    pub fn ttl(self, ttl: Duration) -> Self {
        Self { ttl: Some(ttl), below: self.below, ..Self::memory(self.capacity) }
    }

    /// The same cache with more below it: what is not in memory is sought there, and what a model
    /// answers is kept in both.
    #[must_use]
    pub fn below(mut self, tier: impl CacheTier) -> Self {
        self.below = Some(Below::new(tier));
        self
    }

    /// Waits until what was answered so far is written below: before a program ends.
    pub async fn flush(&self) {
        if let Some(below) = &self.below {
            below.flush().await;
        }
    }

    /// An answer of now.
    const fn fresh(&self, completion: Completion) -> Kept {
        Kept { completion, left: self.ttl }
    }
}

impl fmt::Debug for Cache {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Cache")
            .field("capacity", &self.capacity)
            .field("ttl", &self.ttl)
            .field("has_tier", &self.below.is_some())
            .finish_non_exhaustive()
    }
}

impl Middleware for Cache {
    fn wrap(&self, model: Arc<dyn LanguageModel>) -> Arc<dyn LanguageModel> {
        Arc::new(Cached { model, cache: self.clone() })
    }
}

struct Cached {
    model: Arc<dyn LanguageModel>,
    cache: Cache,
}

#[async_trait]
impl LanguageModel for Cached {
    as_model!();

    async fn complete(
        &self,
        request: &CompletionRequest,
        context: &CallContext,
    ) -> Result<Completion, LmError> {
        if request.is_uncached {
            self.tell(CacheOutcome::Bypassed, context);
            return self.model.complete(request, context).await;
        }
        let key = self.key(request, context);
        for _ in 0..MAX_TURNS {
            match self.turn(key, request, context).await? {
                (Ok(completion), true) => {
                    self.tell(CacheOutcome::Miss, context);
                    return Ok(completion);
                }
                (Ok(completion), false) => return Ok(self.recalled(completion, context)),
                // Another call ran out of its own time; this one has its own, and one of those that
                // waited asks for all.
                (Err(error), false) if is_anothers(&error.kind) => {}
                (Err(error), _) => return Err(LmError::clone(&error)),
            }
        }
        self.tell(CacheOutcome::Bypassed, context);
        self.model.complete(request, context).await
    }

    async fn stream(
        &self,
        request: &CompletionRequest,
        context: &CallContext,
    ) -> Result<CompletionStream, LmError> {
        if request.is_uncached {
            self.tell(CacheOutcome::Bypassed, context);
            return self.model.stream(request, context).await;
        }
        let key = self.key(request, context);
        let kept = match self.cache.entries.get(&key).await {
            Some(kept) => Some(kept),
            None => self.brought_up(key, context).await?,
        };
        if let Some(kept) = kept {
            return Ok(CompletionStream::whole(self.recalled(kept.completion, context)));
        }
        let stream = self.model.stream(request, context).await?;
        self.tell(CacheOutcome::Miss, context);
        Ok(self.keeping(stream, key, context))
    }
}

/// An answer, and whether this call has asked for it.
type Turn = (Result<Completion, Arc<LmError>>, bool);

impl Cached {
    /// Asks, or waits for who has asked already.
    async fn turn(
        &self,
        key: Key,
        request: &CompletionRequest,
        context: &CallContext,
    ) -> Result<Turn, LmError> {
        let is_asked = AtomicBool::new(false);
        let ask = async {
            if let Some(kept) = self.below(&key, context).await {
                return Ok(kept);
            }
            is_asked.store(true, Ordering::Relaxed);
            let completion = self.model.complete(request, context).await?;
            if let Some(below) = &self.cache.below {
                below.put(&key, &completion, self.cache.ttl, self.name(), context.recorder());
            }
            Ok::<_, LmError>(self.cache.fresh(completion))
        };
        let answer = self.cache.entries.try_get_with(key, ask);
        let answer = wait::within(self.name(), context, answer).await?;
        Ok((answer.map(|kept| kept.completion), is_asked.load(Ordering::Relaxed)))
    }

    /// What tells requests apart.
    fn key(&self, request: &CompletionRequest, context: &CallContext) -> Key {
        let mut asked = record::asked(self.name(), request);
        asked.insert("identity", self.identity().as_deref());
        asked.insert("tenant", context.tenant());
        Sha256::digest(Value::Map(asked).to_json()).into()
    }

    /// What the tier below keeps.
    async fn below(&self, key: &Key, context: &CallContext) -> Option<Kept> {
        let below = self.cache.below.as_ref()?;
        below.get(key, self.cache.ttl, self.name(), context.recorder()).await
    }

    /// What the tier below keeps, which from now on is in memory as well.
    async fn brought_up(&self, key: Key, context: &CallContext) -> Result<Option<Kept>, LmError> {
        let kept = wait::within(self.name(), context, self.below(&key, context)).await?;
        if let Some(kept) = &kept {
            self.cache.entries.insert(key, kept.clone()).await;
        }
        Ok(kept)
    }

    /// A stream whose answer is kept.
    fn keeping(
        &self,
        stream: CompletionStream,
        key: Key,
        context: &CallContext,
    ) -> CompletionStream {
        let cache = self.cache.clone();
        let (name, recorder) = (Arc::<str>::from(self.name()), context.recorder().clone());
        CompletionStream::new(stream.then(move |event| {
            let done = match &event {
                Ok(CompletionEvent::Done(completion)) => {
                    Some((cache.clone(), name.clone(), recorder.clone(), completion.clone()))
                }
                _ => None,
            };
            async move {
                if let Some((cache, name, recorder, completion)) = done {
                    if let Some(below) = &cache.below {
                        below.put(&key, &completion, cache.ttl, &name, &recorder);
                    }
                    cache.entries.insert(key, cache.fresh(completion)).await;
                }
                event
            }
        }))
    }

    /// An answer that was kept, which is reported.
    fn recalled(&self, completion: Completion, context: &CallContext) -> Completion {
        self.tell(CacheOutcome::Hit, context);
        let (usage, cost, took) = (Usage::default(), Cost::ZERO, Duration::ZERO);
        Completion { from_cache: true, usage, cost, took, ..completion }
    }

    fn tell(&self, outcome: CacheOutcome, context: &CallContext) {
        context.recorder().record(Event::LmCached { lm: self.name().to_owned(), outcome });
    }
}

/// Whether a failure tells of the call that met it and nothing else.
const fn is_anothers(kind: &LmErrorKind) -> bool {
    matches!(kind, LmErrorKind::Cancelled | LmErrorKind::Timeout { .. })
}
