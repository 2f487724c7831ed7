//! Calls of one session, and the worker that ran the last of them.

use dspex_bridge::llm::ScriptedModel;
use dspex_bridge::python::PoolConfig;
use dspex_bridge::{Affinity, CallContext, CallError, CallErrorKind};
use dspex_signature::Value;
use dspex_telemetry::Recorder;

use super::Workers;
use super::supervision::{kill, until};

/// Two workers, both ready.
async fn two() -> Workers {
    let workers = Workers::start(PoolConfig::workers(2..=2), ScriptedModel::new());
    workers.fault("faults.echo", 1).await.unwrap();
    until("two workers", || workers.stats().pids.len() == 2).await;
    workers
}

fn context(affinity: Affinity) -> CallContext {
    CallContext::new(Recorder::new()).in_session("customer-42", affinity)
}

/// The worker that runs a call of the session.
async fn pid(workers: &Workers, affinity: Affinity) -> Result<u32, CallError> {
    let pid = workers.engine.fault("faults.pid", Value::Null, false, &context(affinity)).await?;
    Ok(u32::try_from(pid.as_int().unwrap()).unwrap())
}

/// Keeps the session's worker busy for a while.
async fn keep_busy(workers: &Workers) {
    let context = context(Affinity::RequireAndQueue);
    workers.engine.fault("faults.sleep", 0.4.into(), false, &context).await.unwrap();
}

#[tokio::test]
async fn calls_of_a_session_run_on_one_worker() {
    let workers = two().await;
    let first = pid(&workers, Affinity::Prefer).await.unwrap();
    for affinity in [Affinity::Prefer, Affinity::RequireAndQueue, Affinity::RequireOrFail] {
        // The other one served last, and would be next.
        let mut others = vec![0];
        while others.last() != workers.stats().pids.iter().find(|pid| **pid != first) {
            let (slow, other) = tokio::join!(
                workers.fault("faults.sleep", 0.05),
                workers.fault("faults.pid", Value::Null)
            );
            slow.unwrap();
            others.push(u32::try_from(other.unwrap().as_int().unwrap()).unwrap());
        }
        assert_eq!(pid(&workers, affinity).await.unwrap(), first, "{affinity:?}");
    }
}

#[tokio::test]
async fn a_busy_worker_is_left_waited_for_or_told() {
    let workers = two().await;
    let first = pid(&workers, Affinity::Prefer).await.unwrap();
    let ask = async |affinity| {
        until("the session's worker is busy", || workers.stats().busy == 1).await;
        pid(&workers, affinity).await
    };
    let ((), other) = tokio::join!(keep_busy(&workers), ask(Affinity::Prefer));
    let other = other.unwrap();
    assert_ne!(other, first);
    // The other one is the session's from here on.
    let ((), waited) = tokio::join!(keep_busy(&workers), ask(Affinity::RequireAndQueue));
    assert_eq!(waited.unwrap(), other);
    let ((), told) = tokio::join!(keep_busy(&workers), ask(Affinity::RequireOrFail));
    let error = told.unwrap_err();
    assert!(error.is_retryable());
    assert_eq!(error.to_string(), "the worker of session `customer-42` in pool `general` is busy");
    let ((), any) = tokio::join!(keep_busy(&workers), ask(Affinity::None));
    assert_eq!(any.unwrap(), first);
}

#[tokio::test]
async fn a_worker_that_is_gone_is_told_where_no_other_will_do() {
    let workers = two().await;
    let first = pid(&workers, Affinity::Prefer).await.unwrap();
    let waits = async {
        until("the session's worker is busy", || workers.stats().busy == 1).await;
        pid(&workers, Affinity::RequireAndQueue).await
    };
    let busy = async {
        let context = context(Affinity::RequireAndQueue);
        workers.engine.fault("faults.sleep", 60.into(), false, &context).await
    };
    let murder = async {
        until("a call waits", || workers.stats().waiting == 1).await;
        kill(first);
    };
    let (waited, slept, ()) = tokio::join!(waits, busy, murder);
    let error = waited.unwrap_err();
    assert!(matches!(error.kind(), CallErrorKind::SessionLost { .. }), "{error}");
    assert!(matches!(slept.unwrap_err().kind(), CallErrorKind::WorkerDied { .. }));
    // It begins anew on another worker.
    let second = pid(&workers, Affinity::RequireAndQueue).await.unwrap();
    kill(second);
    until("it is gone", || !workers.stats().pids.contains(&second)).await;
    let error = pid(&workers, Affinity::RequireOrFail).await.unwrap_err();
    let told = "the worker of session `customer-42` in pool `general` has ended";
    assert_eq!(error.to_string(), told);
    pid(&workers, Affinity::RequireOrFail).await.unwrap();
}
