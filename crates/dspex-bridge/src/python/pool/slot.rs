//! Keeps one worker running: starts it, notices its end, starts the next.

use std::sync::Arc;
use std::time::{Duration, Instant};

use dspex_telemetry::Event;
use tokio::time::sleep;

use super::exit::ExitReason;
use super::process::Launch;
use super::shared::Shared;
use super::worker::Worker;

/// The longest pause between a failed start and the next.
const MAX_BACKOFF: Duration = Duration::from_secs(5);

/// Keeps one worker running until the pool closes, or until none can be started.
pub(super) async fn run(shared: Arc<Shared>, launch: Launch) {
    let mut backoff = Duration::ZERO;
    loop {
        let begun = Instant::now();
        match Worker::start(&shared, &launch).await {
            Ok(worker) => {
                let (pool, pid) = (shared.name.clone(), worker.pid());
                shared.recorder.record(Event::WorkerStarted { pool, pid, took: begun.elapsed() });
                let served = worker.serve().await;
                if served.reason == ExitReason::Drained || shared.closing.is_cancelled() {
                    return;
                }
                if served.any {
                    // Only deaths before a worker's first result say that workers cannot run.
                    backoff = Duration::ZERO;
                }
            }
            Err(unavailable) => {
                let (pool, reason) = (&shared.name, &unavailable.reason);
                tracing::warn!(pool, reason, "no worker started");
                if !shared.start_failed(&unavailable) {
                    return;
                }
            }
        }
        sleep(backoff).await;
        backoff = (backoff * 2).clamp(Duration::from_millis(50), MAX_BACKOFF);
    }
}
