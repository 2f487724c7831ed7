//! Which call gets a place on a worker: threads of a worker, priorities, spare workers.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use dspex_bridge::llm::ScriptedModel;
use dspex_bridge::python::{PoolConfig, Spawn};
use dspex_bridge::{CallContext, CallErrorKind, Priority};
use dspex_signature::Value;
use dspex_telemetry::Recorder;

use super::Workers;
use super::supervision::{kill, until};

fn workers(pool: PoolConfig) -> Workers {
    Workers::start(pool, ScriptedModel::new())
}

#[tokio::test]
async fn a_worker_runs_as_many_calls_at_once_as_it_has_threads() {
    let workers = workers(PoolConfig::workers(1..=1).threads_per_worker(3));
    let sleep = || workers.fault("faults.sleep", 0.2);
    let watch = until("three calls run at once", || {
        let stats = workers.stats();
        (stats.calls, stats.busy, stats.waiting) == (3, 1, 1)
    });
    let (one, two, three, four, ()) = tokio::join!(sleep(), sleep(), sleep(), sleep(), watch);
    for slept in [one, two, three, four] {
        assert_eq!(slept.unwrap(), Value::Null);
    }
    assert_eq!(workers.stats().pids.len(), 1);
}

#[tokio::test]
async fn calls_go_to_the_worker_that_does_least() {
    let workers = workers(PoolConfig::workers(2..=2).threads_per_worker(2));
    workers.fault("faults.echo", 1).await.unwrap();
    until("two workers", || workers.stats().pids.len() == 2).await;
    let sleep = || workers.fault("faults.sleep", 0.1);
    let watch = until("both are busy", || workers.stats().busy == 2);
    let (one, two, ()) = tokio::join!(sleep(), sleep(), watch);
    assert!(one.is_ok() && two.is_ok());
}

#[tokio::test]
async fn beside_a_call_that_does_not_stop_the_others_finish() {
    let workers = workers(PoolConfig::workers(1..=1).threads_per_worker(2));
    workers.fault("faults.echo", 1).await.unwrap();
    let before = workers.stats().pids;
    let cancelled = CallContext::new(Recorder::new());
    let stubborn = workers.engine.fault("faults.stubborn", 60.into(), false, &cancelled);
    let sibling = workers.fault("faults.sleep", 3.0);
    let cancel = async {
        until("both are sent", || workers.stats().calls == 3).await;
        // One that has not begun would not begin any more.
        tokio::time::sleep(Duration::from_millis(100)).await;
        cancelled.cancel();
    };
    let (stopped, slept, ()) = tokio::join!(stubborn, sibling, cancel);
    assert!(matches!(stopped.unwrap_err().kind(), CallErrorKind::Cancelled));
    assert_eq!(slept.unwrap(), Value::Null);
    assert_eq!(workers.fault("faults.echo", 1).await.unwrap(), 1.into());
    assert_ne!(workers.stats().pids, before);
    assert_eq!(workers.exits(), ["killed by dspex: a cancelled call did not stop"]);
}

#[tokio::test]
async fn of_several_calls_nobody_knows_which_one_it_was() {
    let workers = workers(PoolConfig::workers(1..=1).threads_per_worker(2));
    workers.fault("faults.echo", 1).await.unwrap();
    let crash = workers.fault("faults.segfault", Value::Null);
    let sibling = workers.engine.fault("faults.sleep", 0.3.into(), true, &workers.context);
    let (slept, crashed) = tokio::join!(sibling, crash);
    assert_eq!(slept.unwrap(), Value::Null, "it is given to another worker");
    assert!(matches!(crashed.unwrap_err().kind(), CallErrorKind::WorkerDied { .. }));
}

#[tokio::test]
async fn what_was_sent_ahead_has_not_run_where_its_worker_ends_before() {
    let workers = workers(PoolConfig::workers(1..=1).read_ahead(2));
    workers.fault("faults.echo", 1).await.unwrap();
    let first = workers.stats().pids;
    let crash = async {
        workers.fault("faults.sleep", 0.2).await.unwrap();
        workers.fault("faults.segfault", Value::Null).await.unwrap_err()
    };
    // None of these may be repeated, nor is: they go to the next worker.
    let ahead = || async {
        until("a call runs", || workers.stats().busy == 1).await;
        let sleep = workers.fault("faults.sleep", 0.2).await;
        (sleep, workers.fault("faults.pid", Value::Null).await)
    };
    let (crashed, one, two) = tokio::join!(crash, ahead(), ahead());
    let next = workers.stats().pids;
    assert_ne!(next, first);
    let next = Value::from(i64::from(next[0]));
    assert!(matches!(crashed.kind(), CallErrorKind::WorkerDied { .. }), "{crashed}");
    for (slept, pid) in [one, two] {
        assert_eq!((slept.unwrap(), pid.unwrap()), (Value::Null, next.clone()));
    }
    assert_eq!(workers.stats().retries, 0);
}

#[tokio::test]
async fn what_was_sent_ahead_has_not_run_where_its_worker_is_killed_for_another_call() {
    let workers = workers(PoolConfig::workers(1..=1).memory_limit_mb(400).read_ahead(1));
    workers.fault("faults.echo", 1).await.unwrap();
    let ahead = async {
        until("a call runs", || workers.stats().busy == 1).await;
        workers.fault("faults.echo", "ahead").await
    };
    let (hoard, ahead) = tokio::join!(workers.fault("faults.hoard", 600_000_000), ahead);
    let hoard = hoard.unwrap_err();
    assert!(matches!(hoard.kind(), CallErrorKind::MemoryLimit { .. }), "{hoard}");
    assert_eq!((ahead.unwrap(), workers.stats().retries), (Value::from("ahead"), 0));
}

#[tokio::test]
async fn what_was_sent_ahead_is_cancelled_while_it_waits() {
    let workers = workers(PoolConfig::workers(1..=1).read_ahead(1));
    workers.fault("faults.echo", 1).await.unwrap();
    let before = workers.stats().pids;
    let cancelled = CallContext::new(Recorder::new());
    let ahead = async {
        until("a call runs", || workers.stats().busy == 1).await;
        workers.engine.fault("faults.sleep", 60.into(), false, &cancelled).await
    };
    let cancel = async {
        until("both are sent", || workers.stats().calls == 3).await;
        cancelled.cancel();
    };
    // Longer than a cancelled call may take to stop.
    let (slept, ahead, ()) = tokio::join!(workers.fault("faults.sleep", 2.5), ahead, cancel);
    assert!(matches!(ahead.unwrap_err().kind(), CallErrorKind::Cancelled));
    assert_eq!(slept.unwrap(), Value::Null);
    assert_eq!(workers.fault("faults.echo", 1).await.unwrap(), 1.into());
    assert_eq!(workers.stats().pids, before);
}

#[tokio::test]
async fn nothing_is_sent_ahead_while_another_worker_is_free() {
    let workers = workers(PoolConfig::workers(1..=2).read_ahead(4));
    workers.fault("faults.echo", 1).await.unwrap();
    let sleep = || workers.fault("faults.sleep", 0.3);
    let watch = until("both are busy", || workers.stats().busy == 2);
    let (one, two, ()) = tokio::join!(sleep(), sleep(), watch);
    assert!(one.is_ok() && two.is_ok());
}

#[tokio::test]
async fn a_retired_worker_finishes_all_its_calls() {
    let pool = PoolConfig::workers(1..=1).threads_per_worker(2).recycle_after_calls(2);
    let workers = workers(pool);
    let slow = workers.fault("faults.sleep", 3.0);
    let quick = async {
        workers.fault("faults.echo", 1).await.unwrap();
        workers.fault("faults.echo", 2).await.unwrap();
        // The worker is taken away now; this one waits for the next.
        workers.fault("faults.echo", 3).await.unwrap()
    };
    let (slept, echoed) = tokio::join!(slow, quick);
    assert_eq!((slept.unwrap(), echoed), (Value::Null, 3.into()));
    assert_eq!(workers.stats().recycled, 1);
    assert_eq!(workers.exits(), ["it was asked to finish: it had served 3 calls"]);
}

#[tokio::test]
async fn the_highest_priority_goes_first() {
    let workers = workers(PoolConfig::workers(1..=1));
    workers.fault("faults.echo", 1).await.unwrap();
    let order = Mutex::new(Vec::new());
    let call = async |priority: Priority, n_waiting: usize| {
        until("those before it wait", || workers.stats().waiting == n_waiting).await;
        let context = CallContext::new(Recorder::new()).at_priority(priority);
        workers.engine.fault("faults.echo", 1.into(), true, &context).await.unwrap();
        order.lock().unwrap().push(priority);
    };
    let busy = workers.fault("faults.sleep", 0.5);
    let waiting = async {
        until("the worker is busy", || workers.stats().busy == 1).await;
        tokio::join!(call(Priority::Low, 0), call(Priority::Normal, 1), call(Priority::High, 2))
    };
    let (slept, _) = tokio::join!(busy, waiting);
    slept.unwrap();
    let order = order.into_inner().unwrap();
    assert_eq!(order, [Priority::High, Priority::Normal, Priority::Low]);
}

#[tokio::test]
async fn a_spare_worker_takes_the_place_of_one_that_ends() {
    let pool = PoolConfig::workers(1..=1).warm_spares(1).spawn(Spawn::Cold);
    let workers = Arc::new(workers(pool));
    workers.fault("faults.echo", 1).await.unwrap();
    until("a spare one", || workers.stats().pids.len() == 2).await;
    // The spare one does not make the pool larger.
    let sleep = || workers.fault("faults.sleep", 0.3);
    let watch = until("one waits", || {
        let stats = workers.stats();
        (stats.busy, stats.waiting) == (1, 1)
    });
    let (one, two, ()) = tokio::join!(sleep(), sleep(), watch);
    assert!(one.is_ok() && two.is_ok());

    let before = workers.stats();
    let sleep = workers.engine.fault("faults.sleep", 0.3.into(), true, &workers.context);
    let murder = async {
        until("one is busy", || workers.stats().busy == 1).await;
        for pid in before.pids.iter().rev().take(1) {
            kill(*pid);
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    };
    let (slept, ()) = tokio::join!(sleep, murder);
    assert_eq!(slept.unwrap(), Value::Null);
    assert_eq!(workers.stats().started, 2, "nobody waited for a start");
    until("a new spare one", || workers.stats().pids.len() == 2).await;
}
