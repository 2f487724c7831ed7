//! Workers that are forked from one process, and what becomes of them when it cannot or dies.

use std::time::Duration;

use dspex_bridge::CallErrorKind;
use dspex_bridge::llm::ScriptedModel;
use dspex_bridge::python::{PoolConfig, PythonConfig, Spawn};
use dspex_signature::Value;
use dspex_telemetry::Event;

use super::supervision::{fake, is_alive, kill, until};
use super::{Workers, venv};

fn workers(pool: PoolConfig) -> Workers {
    Workers::start(pool, ScriptedModel::new())
}

/// A process's parent.
fn parent(pid: u32) -> u32 {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    // The name stands in parentheses, then the state, then the parent.
    stat.rsplit(") ").next().unwrap().split(' ').nth(1).unwrap().parse().unwrap()
}

#[tokio::test]
async fn workers_come_from_one_process_and_are_not_alike() {
    let workers = workers(PoolConfig::workers(2..=2));
    workers.fault("faults.echo", Value::Null).await.unwrap();
    until("two workers", || workers.stats().pids.len() == 2).await;
    let pids = workers.stats().pids;
    let parents = [parent(pids[0]), parent(pids[1])];
    assert_eq!(parents[0], parents[1]);
    assert_eq!(parent(parents[0]), std::process::id());
    let (one, other) = tokio::join!(
        workers.fault("faults.random", Value::Null),
        workers.fault("faults.random", Value::Null)
    );
    assert_ne!(one.unwrap(), other.unwrap());
    workers.engine.shutdown(Duration::from_secs(5)).await;
    drop(workers);
    until("the server is gone", || !is_alive(parents[0])).await;
}

#[tokio::test]
async fn the_death_of_the_server_loses_nothing() {
    let workers = workers(PoolConfig::workers(2..=2));
    workers.fault("faults.echo", Value::Null).await.unwrap();
    until("two workers", || workers.stats().pids.len() == 2).await;
    let before = workers.stats().pids;
    let server = parent(before[0]);
    let sleep = workers.engine.fault("faults.sleep", 0.3.into(), true, &workers.context);
    let murder = async {
        until("a busy worker", || workers.stats().busy == 1).await;
        kill(server);
    };
    let (slept, ()) = tokio::join!(sleep, murder);
    assert_eq!(slept.unwrap(), Value::Null);
    until("the pool is back to its size", || workers.stats().pids.len() == 2).await;
    assert!(before.iter().all(|pid| !is_alive(*pid)));
    assert_ne!(parent(workers.stats().pids[0]), server);
    assert_eq!(workers.exits()[0], "it ended, its fork server ended");
    let retried = |event: &Event| matches!(event, Event::CallRetried { .. });
    assert!(workers.events.events().iter().any(retried));
}

#[tokio::test]
async fn a_stopped_worker_of_a_dead_server_ends_too() {
    let workers = workers(PoolConfig::workers(1..=1));
    workers.fault("faults.echo", Value::Null).await.unwrap();
    let pid = workers.stats().pids[0];
    let server = parent(pid);
    let stopped = rustix::process::Pid::from_raw(pid.cast_signed()).unwrap();
    rustix::process::kill_process(stopped, rustix::process::Signal::STOP).unwrap();
    kill(server);
    until("the stopped worker is gone", || !is_alive(pid)).await;
    let again = workers.engine.fault("faults.echo", 1.into(), true, &workers.context).await;
    assert_eq!(again.unwrap(), 1.into());
}

/// A pool whose workers import a module of this text first.
fn preloading(directory: &std::path::Path, text: &str) -> Workers {
    std::fs::write(directory.join("comes_first.py"), text).unwrap();
    let python = PythonConfig::venv(venv()).search(directory);
    let pool = PoolConfig::workers(1..=1).preload("comes_first");
    Workers::with_python(python, pool, ScriptedModel::new())
}

#[tokio::test]
async fn what_is_preloaded_is_imported_once() {
    let directory = tempfile::tempdir().unwrap();
    let text = "import pathlib\nwith pathlib.Path(__file__).with_name('log').open('a') as log:\n    log.write('x')";
    let workers = preloading(directory.path(), text);
    assert_eq!(workers.fault("faults.exit", 3).await.unwrap_err().path().len(), 1);
    assert_eq!(workers.fault("faults.echo", 1).await.unwrap(), 1.into());
    assert_eq!(std::fs::read_to_string(directory.path().join("log")).unwrap(), "x");
}

#[tokio::test]
async fn where_a_thread_runs_workers_are_started_each_for_itself() {
    let directory = tempfile::tempdir().unwrap();
    let text =
        "import threading\nthreading.Thread(target=threading.Event().wait, daemon=True).start()";
    let workers = preloading(directory.path(), text);
    assert_eq!(workers.fault("faults.echo", 1).await.unwrap(), 1.into());
    assert_eq!(parent(workers.stats().pids[0]), std::process::id());
}

#[tokio::test]
async fn a_server_that_cannot_start_says_why() {
    let directory = tempfile::tempdir().unwrap();
    let check = async |workers: Workers, expected: &str| {
        let error = workers.fault("faults.echo", Value::Null).await.unwrap_err();
        let CallErrorKind::PoolUnavailable { reason, .. } = error.kind() else { panic!("{error}") };
        assert!(reason.contains(expected), "{reason}");
    };
    let raises = preloading(directory.path(), "raise ImportError('no such thing')");
    check(raises, "ended before it was ready (exit code 1): ImportError: no such thing").await;
    let with = |script| {
        let python = fake(directory.path(), script);
        Workers::with_python(python, PoolConfig::workers(1..=1), ScriptedModel::new())
    };
    check(with("echo 'No module named dspy' >&2; exit 3"), "(exit code 3): No module named dspy")
        .await;
    let garbage = with(r"printf '\377\377\377\377' >&0; sleep 60");
    check(garbage, "broke its protocol: a frame of 4294967295 bytes").await;
}

#[tokio::test]
async fn a_cold_start_needs_no_server() {
    let workers = workers(PoolConfig::workers(1..=1).spawn(Spawn::Cold));
    assert_eq!(workers.fault("faults.echo", 1).await.unwrap(), 1.into());
    assert_eq!(parent(workers.stats().pids[0]), std::process::id());
    let error = workers.fault("faults.exit", 7).await.unwrap_err();
    assert_eq!(error.to_string(), "a worker of pool `general` died: exit code 7");
    let error = workers.fault("faults.kill", Value::Null).await.unwrap_err();
    assert!(error.to_string().contains("signal 9 (SIGKILL"), "{error}");
}

#[tokio::test]
async fn a_refused_fork_costs_no_call() {
    let directory = tempfile::tempdir().unwrap();
    let text = r#"
import os
fork, refusals = os.fork, iter([OSError(11, "Resource temporarily unavailable")])
def refusing():
    for refusal in refusals:
        raise refusal
    return fork()
os.fork = refusing
"#;
    let workers = preloading(directory.path(), text);
    assert_eq!(workers.fault("faults.echo", 1).await.unwrap(), 1.into());
    assert_ne!(parent(workers.stats().pids[0]), std::process::id(), "a later fork is no refusal");
}
