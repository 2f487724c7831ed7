//! A cache and the tier below it: reads that are bounded, and writes that no answer waits for.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use dspex_signature::Value;
use dspex_telemetry::{CacheOutcome, Event, Recorder};
use tokio::sync::Semaphore;
use tokio_util::task::TaskTracker;

use super::{CacheTier, Kept, Key, TierError};
use crate::hexadecimal::hexadecimal;
use crate::llm::{Completion, record};

/// A tier, and the writes to it that are on their way.
#[derive(Clone)]
pub(super) struct Below {
    tier: Arc<dyn CacheTier>,
    /// A permit for each write that may be on its way.
    room: Arc<Semaphore>,
    writes: TaskTracker,
}

/// The longest that a request waits for what a tier keeps; then the model is asked.
const READ_LIMIT: Duration = Duration::from_secs(2);
/// The longest write.
const WRITE_LIMIT: Duration = Duration::from_secs(30);
/// Writes on their way at once; answers beyond them stay in memory alone.
const MAX_WRITES: u32 = 256;

/// When an answer was written, in milliseconds since 1970.
const KEPT_AT: &str = "kept_at";

impl Below {
    pub(super) fn new(tier: impl CacheTier) -> Self {
        let room = Arc::new(Semaphore::new(MAX_WRITES as usize));
        Self { tier: Arc::new(tier), room, writes: TaskTracker::new() }
    }

    /// What the tier keeps for no longer than `ttl`; a tier that fails or dawdles keeps nothing.
    pub(super) async fn get(
        &self,
        key: &Key,
        ttl: Option<Duration>,
        lm: &str,
        recorder: &Recorder,
    ) -> Option<Kept> {
        let read = tokio::time::timeout(READ_LIMIT, self.tier.get(&hexadecimal(key))).await;
        let kept = read.unwrap_or_else(|_| Err(too_slow("read", READ_LIMIT)));
        let kept = kept.and_then(|line| match line {
            Some(line) => read_line(&line, ttl, now()),
            None => Ok(None),
        });
        kept.unwrap_or_else(|error| {
            failed(lm, error.as_ref(), recorder);
            None
        })
    }

    /// Keeps an answer soon.
    pub(super) fn put(
        &self,
        key: &Key,
        completion: &Completion,
        ttl: Option<Duration>,
        lm: &str,
        recorder: &Recorder,
    ) {
        let Ok(permit) = self.room.clone().try_acquire_owned() else {
            let error = TierError::from(format!("{MAX_WRITES} writes are on their way"));
            return failed(lm, error.as_ref(), recorder);
        };
        let (tier, key) = (self.tier.clone(), hexadecimal(key));
        let (line, lm, recorder) = (line(completion, now()), lm.to_owned(), recorder.clone());
        self.writes.spawn(async move {
            let write = tokio::time::timeout(WRITE_LIMIT, tier.put(&key, &line, ttl)).await;
            let written = write.unwrap_or_else(|_| Err(too_slow("write", WRITE_LIMIT)));
            if let Err(error) = written {
                failed(&lm, error.as_ref(), &recorder);
            }
            drop(permit);
        });
    }

    /// Waits for the writes that are on their way.
    pub(super) async fn flush(&self) {
        // It fails where the semaphore is closed, which nobody does.
        let _ = self.room.acquire_many(MAX_WRITES).await;
    }
}

/// A tier that fails costs time and money, but no answer.
fn failed(lm: &str, error: &dyn std::error::Error, recorder: &Recorder) {
    tracing::warn!(lm, %error, "the tier below a cache failed");
    recorder.record(Event::LmCached { lm: lm.to_owned(), outcome: CacheOutcome::TierFailed });
}

fn too_slow(what: &str, limit: Duration) -> TierError {
    format!("a {what} took longer than {limit:?}").into()
}

/// The time since 1970.
fn now() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

/// An answer as a tier keeps it.
fn line(completion: &Completion, now: Duration) -> String {
    let mut fields = record::written(completion);
    fields.insert(KEPT_AT, i64::try_from(now.as_millis()).unwrap_or(i64::MAX));
    Value::Map(fields).to_json()
}

/// The answer of a line, unless it was kept longer than `ttl`.
fn read_line(line: &str, ttl: Option<Duration>, now: Duration) -> Result<Option<Kept>, TierError> {
    let answer = Value::from_json(line)?;
    let fields = answer.as_map().ok_or("an answer that is kept is no object")?;
    let age = now.saturating_sub(Duration::from_millis(fields.get(KEPT_AT)?));
    let left = match ttl.map(|ttl| ttl.saturating_sub(age)) {
        Some(Duration::ZERO) => return Ok(None),
        left => left,
    };
    Ok(Some(Kept { completion: record::read(fields)?, left }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_below_counts() {
        let second = Duration::from_secs(1);
        let line = line(&Completion::text("a"), 100 * second);
        let read = |ttl, now| {
            let kept = read_line(&line, ttl, now).unwrap();
            kept.map(|kept| (kept.completion.text, kept.left))
        };
        let a = |left| Some(("a".to_owned(), left));
        assert_eq!(read(None, 900 * second), a(None));
        assert_eq!(read(Some(10 * second), 104 * second), a(Some(6 * second)));
        assert_eq!(read(Some(10 * second), 110 * second), None);
        assert_eq!(read(Some(10 * second), 90 * second), a(Some(10 * second)), "clocks differ");
        assert!(read_line("{}", None, second).is_err());
    }
}
