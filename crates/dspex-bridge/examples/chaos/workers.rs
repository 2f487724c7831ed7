//! The pool that is hurt, and the model that its calls ask.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use dspex_bridge::CallContext;
use dspex_bridge::llm::{Completion, CompletionRequest, LanguageModel, LmError, Models};
use dspex_bridge::python::{DEFAULT_POOL, PoolConfig, PoolStats, PythonConfig, PythonEngine};
use dspex_telemetry::Recorder;

/// How much a worker may hold, in megabytes; the faults that ask for more ask for twice that.
pub(crate) const MEMORY_LIMIT_MB: u64 = 400;

/// A model that takes its time.
struct Slow;

#[async_trait]
impl LanguageModel for Slow {
    fn name(&self) -> &'static str {
        "chaos/slow"
    }

    async fn complete(
        &self,
        _: &CompletionRequest,
        _: &CallContext,
    ) -> Result<Completion, LmError> {
        tokio::time::sleep(Duration::from_millis(10)).await;
        let mut completion = Completion::default();
        completion.text = "[[ ## a ## ]]\nLeeds\n".to_owned();
        Ok(completion)
    }
}

/// An engine with one pool of workers that can be asked for faults.
pub(crate) fn engine(n_workers: usize) -> Arc<PythonEngine> {
    let venv = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.venv");
    let pool = PoolConfig::workers(n_workers..=n_workers)
        .memory_limit_mb(MEMORY_LIMIT_MB)
        .queue_length(10_000)
        .lease_wait(Duration::from_secs(60))
        .faults();
    let pools = BTreeMap::from([(DEFAULT_POOL.to_owned(), pool)]);
    let models = Models::new().with("default", Arc::new(Slow));
    Arc::new(PythonEngine::new(PythonConfig::venv(venv), pools, models, Recorder::new()))
}

pub(crate) fn context() -> CallContext {
    CallContext::new(Recorder::new())
}

pub(crate) fn stats(engine: &PythonEngine) -> PoolStats {
    engine.stats().remove(DEFAULT_POOL).expect("the engine has this pool")
}

/// Waits until the pool has all of its workers; tells whether it came to that.
pub(crate) async fn is_whole(engine: &PythonEngine, n_workers: usize, within: Duration) -> bool {
    let whole = async {
        loop {
            let pids = stats(engine).pids;
            // One that has just died is counted until that is noticed.
            if pids.len() == n_workers && pids.iter().all(|pid| process(*pid).is_some()) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    tokio::time::timeout(within, whole).await.is_ok()
}

/// A process's parent, and when it was started: another one of the same id was not then.
pub(crate) fn process(pid: u32) -> Option<(u32, u64)> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let mut rest = stat.rsplit_once(") ")?.1.split(' ');
    let is_gone = matches!(rest.next()?, "Z" | "X");
    let parent = rest.next()?.parse().ok()?;
    let started = rest.nth(17)?.parse().ok()?;
    (!is_gone).then_some((parent, started))
}

/// Of sorted times the one that so many of a hundred do not exceed; none for none.
pub(crate) fn percentile(times: &[Duration], percent: usize) -> Duration {
    let position = (times.len() * percent / 100).min(times.len().saturating_sub(1));
    times.get(position).copied().unwrap_or_default()
}
