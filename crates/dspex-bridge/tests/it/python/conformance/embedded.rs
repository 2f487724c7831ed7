//! What an interpreter in this process has not that a worker's process has.

use std::sync::Arc;
use std::time::{Duration, Instant};

use dspex_bridge::llm::{CompletionRequest, Key, LanguageModel, Message, ScriptedModel};
use dspex_bridge::python::{PoolConfig, PythonConfig, PythonLm};
use dspex_bridge::{CallContext, CallError, CallErrorKind};
use dspex_signature::Value;
use dspex_telemetry::Recorder;

use super::super::Workers;
use super::super::supervision::until;
use super::Carrier;
use super::references::{make_shelf, n_kept, read_shelf};

/// The reason and the hint of a pool that cannot serve.
#[track_caller]
fn unavailable(error: &CallError) -> (String, String) {
    let CallErrorKind::PoolUnavailable { reason, hint, .. } = error.kind() else {
        panic!("{error}")
    };
    (reason.clone(), hint.clone())
}

#[tokio::test]
async fn what_only_a_process_has_is_refused() {
    let check = async |pool: PoolConfig, expected: &str| {
        let workers = Carrier::Embedded.start(pool, ScriptedModel::new());
        let error = workers.fault("faults.echo", Value::Null).await.unwrap_err();
        let (reason, hint) = unavailable(&error);
        assert!(reason.contains(expected) && !hint.is_empty(), "{reason}; {hint}");
    };
    let pool = PoolConfig::embedded;
    check(pool().memory_limit_mb(512), "`memory_limit`").await;
    check(pool().environment("HOME"), "`environment`").await;
    check(pool().gpus([0]), "`gpus`").await;
    check(pool().warm_spares(1), "`warm_spares`").await;
    check(pool().recycle_after_calls(9), "`recycle`").await;
    let mut several = pool();
    several.n_workers = 1..=2;
    check(several, "`threads_per_worker`").await;
    let python = PythonConfig::interpreter("/usr/bin/python3");
    let workers = Workers::with_python(python, pool(), ScriptedModel::new());
    let error = workers.fault("faults.echo", Value::Null).await.unwrap_err();
    assert!(unavailable(&error).0.contains("names a program"), "{error}");
}

#[tokio::test]
async fn objects_end_with_the_pool_that_kept_them() {
    let workers = Carrier::Embedded.with_user_modules();
    let shelf = make_shelf(&workers).await.unwrap()["shelf"].clone();
    assert_eq!(n_kept(&workers).await, 1.into());
    workers.engine.shutdown(Duration::from_secs(5)).await;
    // The interpreter goes on.
    let next = Carrier::Embedded.with_user_modules();
    assert_eq!(n_kept(&next).await, 0.into());
    let lost = read_shelf(&next, shelf).await.unwrap_err();
    assert!(matches!(lost.kind(), CallErrorKind::ObjectLost { .. }), "{lost}");
}

#[tokio::test]
async fn two_engines_share_the_interpreter_and_pools_of_processes_stand_beside_them() {
    let (one, other) = (Carrier::Embedded.idle(), Carrier::Embedded.idle());
    let process = Carrier::SocketPair.idle();
    let pid = async |workers: &Workers| workers.fault("faults.pid", Value::Null).await.unwrap();
    let own = Value::from(i64::from(std::process::id()));
    assert_eq!((pid(&one).await, pid(&other).await), (own.clone(), own.clone()));
    assert_ne!(pid(&process).await, own);
    assert_ne!(one.stats().pids, other.stats().pids, "each has a thread of its own");
    drop(one);
    assert_eq!(pid(&other).await, own);
}

#[tokio::test]
async fn a_call_that_does_not_stop_is_given_up_and_the_next_is_served() {
    let workers = Carrier::Embedded.idle();
    workers.fault("faults.echo", Value::Null).await.unwrap();
    let begun = Instant::now();
    let context = workers.context.clone().within(Duration::from_millis(100));
    let error = workers.engine.fault("faults.stubborn", 6.0.into(), true, &context).await;
    let error = error.unwrap_err();
    assert!(matches!(error.kind(), CallErrorKind::Deadline { .. }), "{error}");
    assert!(begun.elapsed() < Duration::from_secs(1), "the caller does not wait for it");
    assert_eq!(workers.fault("faults.echo", 1).await.unwrap(), 1.into());
    assert!(begun.elapsed() < Duration::from_secs(6), "the call goes on meanwhile");
    let given_up = "given up by dspex, which kills no thread: a cancelled call did not stop";
    assert_eq!(workers.exits(), [given_up]);
}

/// The threads of this process that serve calls, by the name that they are given.
fn n_serving() -> usize {
    let tasks = std::fs::read_dir("/proc/self/task").unwrap();
    let name = |task: std::io::Result<std::fs::DirEntry>| {
        std::fs::read_to_string(task.unwrap().path().join("comm")).unwrap_or_default()
    };
    tasks.map(name).filter(|name| name.trim_end() == "dspex-python").count()
}

#[tokio::test]
async fn a_thread_ends_with_its_engine_and_by_a_shutdown() {
    let is_alone = n_serving() == 0;
    let workers = Carrier::Embedded.idle();
    workers.fault("faults.echo", Value::Null).await.unwrap();
    workers.engine.shutdown(Duration::from_secs(5)).await;
    assert_eq!(workers.exits(), ["it was asked to finish"]);
    let workers = Carrier::Embedded.idle();
    let context = workers.context.clone().within(Duration::from_millis(500));
    let sleep = workers.engine.fault("faults.sleep", 60.0.into(), true, &context).await;
    sleep.unwrap_err();
    drop(workers);
    // Where tests share a process, others have such threads too.
    if is_alone && std::env::var_os("NEXTEST").is_some() {
        until("no thread serves", || n_serving() == 0).await;
    }
}

#[tokio::test]
async fn a_key_is_not_lent_to_python_in_the_programs_own_environment() {
    let workers = Arc::new(Carrier::Embedded.idle().engine);
    let model = PythonLm::new(&workers, "openai/gpt-4o-mini")
        .base_url("http://127.0.0.1:1")
        .key("OPENAI_API_KEY", Key::env("CARGO_PKG_NAME"));
    let request = CompletionRequest::new([Message::user("Where?")]);
    let error = model.complete(&request, &CallContext::new(Recorder::new())).await.unwrap_err();
    assert!(
        error.to_string().contains("a model's key in the program's own environment"),
        "{error}"
    );
    assert!(std::env::var_os("OPENAI_API_KEY").is_none());
}
