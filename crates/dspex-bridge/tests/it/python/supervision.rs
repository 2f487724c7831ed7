//! Workers that die, hang, lie or are too few.

use std::future::Future;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use dspex_bridge::llm::ScriptedModel;
use dspex_bridge::python::{PoolConfig, PythonConfig, Spawn};
use dspex_bridge::{CallErrorKind, ModuleKind};
use dspex_signature::{Value, fields};
use dspex_telemetry::Event;

use super::{Workers, with_user_modules};

fn workers(n_workers: usize) -> Workers {
    Workers::start(PoolConfig::workers(n_workers..=n_workers), ScriptedModel::new())
}

/// Waits until something is so; a test that waits in vain fails after ten seconds.
pub(super) async fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let wait = async {
        while !is_so() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), wait).await.expect(what);
}

pub(super) fn kill(pid: u32) {
    let pid = rustix::process::Pid::from_raw(pid.cast_signed()).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
}

pub(super) fn is_alive(pid: u32) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    // The state stands after the name, which is in parentheses; `Z` is a zombie.
    stat.rsplit(") ").next().is_some_and(|rest| !rest.is_empty() && !rest.starts_with('Z'))
}

#[tokio::test]
async fn a_kill_during_a_call_loses_nothing() {
    let workers = workers(2);
    let echo = || workers.engine.fault("faults.echo", Value::Null, true, &workers.context);
    echo().await.unwrap();
    until("two workers", || workers.stats().pids.len() == 2).await;
    let sleep = workers.engine.fault("faults.sleep", 0.3.into(), true, &workers.context);
    let murder = async {
        until("a busy worker", || workers.stats().busy == 1).await;
        let idle = workers.stats().pids;
        // The busy one is not known from outside; each of them dies once.
        for pid in idle {
            kill(pid);
        }
    };
    let (slept, ()) = tokio::join!(sleep, murder);
    assert_eq!(slept.unwrap(), Value::Null);
    until("the pool is back to its size", || workers.stats().pids.len() == 2).await;
    let stats = workers.stats();
    assert_eq!((stats.crashed, stats.started), (2, 4));
    // The second try may have begun on the other worker before that one died too.
    assert!((1..=2).contains(&stats.retries), "{stats:?}");
    let retried = |event: &Event| matches!(event, Event::CallRetried { attempt: 2, .. });
    assert!(workers.events.events().iter().any(retried));
    let expected = "signal 9 (SIGKILL, not sent by dspex)";
    assert_eq!(workers.exits(), [expected, expected]);
}

#[tokio::test]
async fn a_call_that_may_not_be_repeated_ends_in_one_typed_error() {
    let workers = workers(1);
    let error = workers.fault("faults.exit", 7).await.unwrap_err();
    assert_eq!(error.to_string(), "a worker of pool `general` died: exit code 7");
    assert!(error.is_retryable());
    let error = workers.fault("faults.kill", Value::Null).await.unwrap_err();
    assert!(matches!(error.kind(), CallErrorKind::WorkerDied { .. }), "{error}");
    assert_eq!(workers.fault("faults.echo", 1).await.unwrap(), 1.into());
}

#[tokio::test]
async fn a_call_that_is_killed_every_time_stops_when_its_attempts_are_spent() {
    let workers = workers(1);
    let context = workers.context.clone().attempts(2);
    let kill = workers.engine.fault("faults.kill", Value::Null, true, &context);
    let error = kill.await.unwrap_err();
    assert!(matches!(error.kind(), CallErrorKind::WorkerDied { .. }), "{error}");
    assert_eq!(error.path().len(), 3, "{:?}", error.path());
    let killed = "signal 9 (SIGKILL, not sent by dspex)";
    assert_eq!(error.path()[0].failed.as_deref(), Some(killed));
}

#[tokio::test]
async fn a_call_that_crashes_two_workers_is_given_to_no_third() {
    let workers = workers(1);
    for (method, reason) in
        [("faults.segfault", "signal 11 (SIGSEGV)"), ("faults.exit", "exit code 7")]
    {
        let poison = workers.engine.fault(method, 7.into(), true, &workers.context);
        let error = poison.await.unwrap_err();
        let expected = format!("2 workers of pool `general` crashed under the call: {reason}");
        assert_eq!(error.to_string(), expected);
        assert!(!error.is_retryable());
        assert_eq!(error.path().len(), 2, "{:?}", error.path());
    }
    assert_eq!(workers.fault("faults.echo", 1).await.unwrap(), 1.into());
    assert_eq!(workers.stats().crashed, 4);
}

#[tokio::test]
async fn a_worker_that_is_stopped_is_found_without_a_deadline() {
    let workers = workers(1);
    workers.fault("faults.echo", Value::Null).await.unwrap();
    let sleep = workers.engine.fault("faults.sleep", 0.3.into(), true, &workers.context);
    let stop = async {
        until("a busy worker", || workers.stats().busy == 1).await;
        let pid = rustix::process::Pid::from_raw(workers.stats().pids[0].cast_signed()).unwrap();
        rustix::process::kill_process(pid, rustix::process::Signal::STOP).unwrap();
    };
    let (slept, ()) = tokio::join!(sleep, stop);
    assert_eq!(slept.unwrap(), Value::Null);
    assert_eq!(workers.exits(), ["killed by dspex: it is stopped"]);
}

#[tokio::test]
async fn a_worker_that_lets_python_in_no_more_is_busy_or_stuck() {
    let workers = workers(1);
    let n = 100_000_000_i64;
    let sum = workers.fault("faults.spin", n).await.unwrap();
    assert_eq!(sum, Value::Int(n * (n - 1) / 2));
    assert_eq!(workers.stats().crashed, 0, "a worker that computes is left alone");
    let error = workers.fault("faults.stuck", 60).await.unwrap_err();
    assert!(matches!(error.kind(), CallErrorKind::WorkerDied { .. }), "{error}");
    let stuck = "killed by dspex: it neither answers nor uses the processor";
    assert_eq!(workers.exits(), [stuck]);
}

#[tokio::test]
async fn after_enough_calls_a_fresh_worker_takes_the_place() {
    let pool = PoolConfig::workers(1..=1).recycle_after_calls(2);
    let workers = Workers::start(pool, ScriptedModel::new());
    let mut pids = std::collections::BTreeSet::new();
    for index in 0..6 {
        assert_eq!(workers.fault("faults.echo", index).await.unwrap(), index.into());
        pids.extend(workers.stats().pids);
    }
    until("three ended", || workers.exits().len() == 3).await;
    let stats = workers.stats();
    assert_eq!((pids.len(), stats.recycled, stats.crashed), (3, 3, 0), "{stats:?}");
    assert_eq!(workers.exits(), ["it was asked to finish: it had served 2 calls"; 3]);
}

#[tokio::test]
async fn an_idle_worker_ends_of_age() {
    let pool = PoolConfig::workers(1..=1).recycle_after(Duration::from_secs(1));
    let workers = Workers::start(pool, ScriptedModel::new());
    workers.fault("faults.echo", Value::Null).await.unwrap();
    let first = workers.stats().pids;
    until("a fresh worker", || workers.stats().recycled >= 1).await;
    assert_eq!(workers.fault("faults.echo", 1).await.unwrap(), 1.into());
    assert_ne!(workers.stats().pids, first);
    assert_eq!(workers.exits()[0], "it was asked to finish: it had served for 1s");
}

#[tokio::test]
async fn a_call_that_does_not_stop_costs_its_worker() {
    let workers = workers(1);
    workers.fault("faults.echo", Value::Null).await.unwrap();
    let begun = Instant::now();
    let context = workers.context.clone().within(Duration::from_millis(100));
    let error = workers.engine.fault("faults.stubborn", 60.0.into(), true, &context).await;
    let (error, took) = (error.unwrap_err(), begun.elapsed());
    assert!(matches!(error.kind(), CallErrorKind::Deadline { .. }), "{error}");
    assert!(took < Duration::from_secs(1), "the caller does not wait for it: {took:?}");
    assert_eq!(workers.fault("faults.echo", 1).await.unwrap(), 1.into());
    assert_eq!(workers.exits(), ["killed by dspex: a cancelled call did not stop"]);
}

#[tokio::test]
async fn many_calls_share_few_workers() {
    let workers = Workers::start(PoolConfig::workers(1..=2), ScriptedModel::new());
    let calls = (0..200).map(|index| workers.fault("faults.echo", index));
    let answers = futures_util::future::join_all(calls).await;
    for (index, answer) in (0..200).zip(answers) {
        assert_eq!(answer.unwrap(), Value::Int(index));
    }
    assert!(workers.stats().started <= 2);
}

/// An interpreter that does what a shell script says; the socket is its standard input.
pub(super) fn fake(directory: &Path, script: &str) -> PythonConfig {
    let path: PathBuf = directory.join("python");
    std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    PythonConfig::interpreter(path)
}

async fn check_start(python: PythonConfig, expected: &str) {
    let pool = PoolConfig::workers(1..=2).spawn(Spawn::Cold);
    let workers = Workers::with_python(python, pool, ScriptedModel::new());
    let error = workers.fault("faults.echo", Value::Null).await.unwrap_err();
    let CallErrorKind::PoolUnavailable { reason, hint, .. } = error.kind() else {
        panic!("{error}")
    };
    assert!(reason.contains(expected), "{reason}");
    assert!(hint.contains("setup"), "{hint}");
}

#[tokio::test]
async fn a_python_that_cannot_work_is_explained() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    check_start(PythonConfig::venv("no/such/venv"), "there is no such directory").await;
    check_start(PythonConfig::interpreter("/no/python"), "`/no/python` cannot be started").await;
    let fails = fake(directory, "echo 'No module named dspy' >&2; exit 3");
    check_start(fails, "(exit code 3): No module named dspy").await;
    let garbage = fake(directory, r"printf '\377\377\377\377' >&0; sleep 60");
    check_start(garbage, "a frame of 4294967295 bytes is longer than").await;
    let noise = fake(directory, r"printf '\000\000\000\002\301\301' >&0; sleep 60");
    check_start(noise, "a byte that marks no value").await;
    let greets_twice = r"printf '\000\000\000\001\220' >&0; sleep 60";
    check_start(fake(directory, greets_twice), "a message has too few parts").await;
}

#[tokio::test]
async fn a_broken_frame_in_the_middle_of_a_call_is_a_protocol_error() {
    let directory = tempfile::tempdir().unwrap();
    // A greeting in MessagePack, then, once a call has come, a list of nothing.
    let greeting = r"\222\245hello\203\250protocol\001\246python\2413\244dspy\2413";
    let script = format!(
        r"printf '\000\000\000\042{greeting}' >&0; dd bs=1 count=70 of=/dev/null 2>/dev/null <&0
          printf '\000\000\000\001\220' >&0; sleep 60"
    );
    let python = fake(directory.path(), &script);
    let pool = PoolConfig::workers(1..=1).spawn(Spawn::Cold);
    let workers = Workers::with_python(python, pool, ScriptedModel::new());
    let error = workers.fault("faults.echo", "x".repeat(100)).await.unwrap_err();
    assert!(matches!(error.kind(), CallErrorKind::Protocol { .. }), "{error}");
    assert_eq!(error.to_string(), "the worker protocol was broken: a message has too few parts");
}

#[tokio::test]
async fn a_shutdown_finishes_what_runs_and_leaves_nothing_behind() {
    let workers = workers(2);
    workers.fault("faults.echo", Value::Null).await.unwrap();
    until("two workers", || workers.stats().pids.len() == 2).await;
    let pids = workers.stats().pids;
    let call = workers.fault("faults.sleep", 0.3);
    let shutdown = async {
        until("a busy worker", || workers.stats().busy == 1).await;
        workers.engine.shutdown(Duration::from_secs(5)).await;
    };
    let (finished, ()) = tokio::join!(call, shutdown);
    assert_eq!(finished.unwrap(), Value::Null);
    assert!(pids.iter().all(|pid| !is_alive(*pid)), "{pids:?}");
    assert_eq!(workers.exits(), ["it was asked to finish"; 2]);
    let error = workers.fault("faults.echo", 1).await.unwrap_err();
    assert_eq!(error.to_string(), "pool `general` is not available: it is shutting down");
}

#[tokio::test]
async fn a_shutdown_does_not_wait_longer_than_it_may() {
    let workers = workers(1);
    workers.fault("faults.echo", Value::Null).await.unwrap();
    let pids = workers.stats().pids;
    let call = workers.fault("faults.stubborn", 60.0);
    let shutdown = async {
        until("a busy worker", || workers.stats().busy == 1).await;
        let begun = Instant::now();
        workers.engine.shutdown(Duration::from_millis(100)).await;
        begun.elapsed()
    };
    let (killed, took) = tokio::join!(call, shutdown);
    assert!(matches!(killed.unwrap_err().kind(), CallErrorKind::WorkerDied { .. }));
    assert!(took < Duration::from_secs(3), "{took:?}");
    assert!(pids.iter().all(|pid| !is_alive(*pid)), "{pids:?}");
}

#[tokio::test]
async fn dropping_the_engine_ends_its_workers() {
    let workers = workers(2);
    workers.fault("faults.echo", Value::Null).await.unwrap();
    until("two workers", || workers.stats().pids.len() == 2).await;
    let pids = workers.stats().pids;
    drop(workers);
    until("no worker is left", || pids.iter().all(|pid| !is_alive(*pid))).await;
}

#[tokio::test]
async fn what_a_worker_started_ends_with_it() {
    let workers = with_user_modules(ScriptedModel::new());
    let kind = ModuleKind::Python("golden_modules.HasChildren".to_owned());
    let outcome = workers.run(kind, "->", fields! {}).await.unwrap();
    let child = u32::try_from(outcome.get::<i64>("child").unwrap()).unwrap();
    assert!(is_alive(child));
    kill(workers.stats().pids[0]);
    until("the child is gone", || !is_alive(child)).await;
}

#[tokio::test]
async fn memory_beyond_the_limit_is_an_exception_and_the_worker_goes_on() {
    let pool = PoolConfig::workers(1..=1).memory_limit_mb(300);
    let workers = Workers::start(pool, ScriptedModel::new());
    let error = workers.fault("faults.allocate", 400_000_000).await.unwrap_err();
    let CallErrorKind::Python(exception) = error.kind() else { panic!("{error}") };
    assert_eq!(exception.type_name, "MemoryError");
    let fits = workers.fault("faults.allocate", 40_000_000).await.unwrap();
    assert_eq!(fits, Value::Int(40_000_000));
    assert_eq!(workers.stats().started, 1);
}

#[tokio::test]
async fn memory_that_the_limit_does_not_see_ends_the_worker() {
    let pool = PoolConfig::workers(1..=1).memory_limit_mb(400);
    let workers = Workers::start(pool, ScriptedModel::new());
    workers.fault("faults.echo", Value::Null).await.unwrap();
    let hoard = workers.engine.fault("faults.hoard", 600_000_000.into(), true, &workers.context);
    let error = hoard.await.unwrap_err();
    assert!(matches!(error.kind(), CallErrorKind::MemoryLimit { .. }), "{error}");
    assert_eq!(workers.stats().retries, 1, "the first one might have been too big before");
    let exit = &workers.exits()[0];
    assert!(
        exit.starts_with("killed by dspex: it held ") && exit.ends_with("than its limit"),
        "{exit}"
    );
    // A call that comes to a worker which another one has left too big pays nothing for it.
    let _ = workers.fault("faults.share", 600_000_000).await;
    let sleep = workers.engine.fault("faults.sleep", 2.5.into(), true, &workers.context);
    assert_eq!(sleep.await.unwrap(), Value::Null);
}

#[tokio::test]
async fn a_worker_near_its_limit_is_replaced_between_calls() {
    let pool = PoolConfig::workers(1..=1).memory_limit_mb(400);
    let workers = Workers::start(pool, ScriptedModel::new());
    workers.fault("faults.share", 340_000_000).await.unwrap();
    until("a fresh worker", || workers.stats().recycled == 1).await;
    assert_eq!(workers.fault("faults.echo", 1).await.unwrap(), 1.into());
    assert!(workers.exits()[0].ends_with("MB, near its limit"), "{:?}", workers.exits());
}

#[expect(dead_code, reason = "shows that a call may be sent to another task")]
fn calls_are_send(workers: &Workers) -> impl Future + Send {
    workers.fault("faults.echo", Value::Null)
}
