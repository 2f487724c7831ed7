//! Workers in control groups of their own. A real one takes a kernel that lets this program make it, as
//! root mostly; elsewhere the same tests see that the pool says so.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use dspex_bridge::CallErrorKind;
use dspex_bridge::llm::ScriptedModel;
use dspex_bridge::python::{PoolConfig, PythonConfig, Spawn};
use dspex_signature::Value;

use super::Workers;
use super::supervision::until;

/// A control group of memory for one test, removed with it.
struct Delegated(PathBuf);

impl Delegated {
    fn new(test: &str) -> Self {
        let roots = ["/sys/fs/cgroup/memory", "/sys/fs/cgroup"].map(Path::new);
        let root = roots.into_iter().find(|root| root.join("cgroup.procs").exists());
        let root = root.unwrap_or(Path::new("/sys/fs/cgroup"));
        let directory = root.join(format!("dspex-test-{test}-{}", std::process::id()));
        let _ = fs::create_dir(&directory);
        Self(directory)
    }

    fn pool(&self, limit_mb: u64) -> PoolConfig {
        PoolConfig::workers(1..=1).memory_limit_mb(limit_mb).cgroup(&self.0)
    }

    /// Whether this machine lets us limit memory; where not, the pool has to say that no worker starts.
    async fn is_one(&self, workers: &Workers) -> bool {
        let Err(error) = workers.fault("faults.echo", Value::Null).await else { return true };
        let text = error.to_string();
        assert!(text.contains("a worker gets no control group: "), "{text}");
        assert!(!self.0.join("memory.limit_in_bytes").exists(), "it is one: {text}");
        #[expect(clippy::print_stderr, reason = "a machine where these tests show little says so")]
        {
            eprintln!("NOT TESTED, for this machine has no control group for us: {text}");
        }
        false
    }

    fn n_groups(&self) -> usize {
        let entries = fs::read_dir(&self.0).unwrap().flatten();
        entries.filter(|entry| entry.path().is_dir()).count()
    }
}

impl Drop for Delegated {
    fn drop(&mut self) {
        let _ = fs::remove_dir(&self.0);
    }
}

#[tokio::test]
async fn the_kernel_holds_a_worker_to_its_limit() {
    let delegated = Delegated::new("limit");
    let workers = Workers::start(delegated.pool(400), ScriptedModel::new());
    if !delegated.is_one(&workers).await {
        return;
    }
    assert_eq!(delegated.n_groups(), 1);
    let error = workers.fault("faults.hoard", 600_000_000).await.unwrap_err();
    assert!(matches!(error.kind(), CallErrorKind::MemoryLimit { .. }), "{error}");
    let expected = "killed by the kernel: with its children it wanted more than the 400 MB of its \
                    control group";
    assert_eq!(workers.exits(), [expected]);
    assert_eq!(workers.fault("faults.echo", 1).await.unwrap(), 1.into());
    assert_eq!(delegated.n_groups(), 1, "that of the next worker");
    workers.engine.shutdown(std::time::Duration::from_secs(5)).await;
    assert_eq!(delegated.n_groups(), 0);
}

#[tokio::test]
async fn a_worker_takes_along_the_children_that_left_its_process_group() {
    let delegated = Delegated::new("children");
    let workers = Workers::start(delegated.pool(400), ScriptedModel::new());
    if !delegated.is_one(&workers).await {
        return;
    }
    let child = workers.fault("faults.child", Value::Null).await.unwrap().as_int().unwrap();
    let child = PathBuf::from(format!("/proc/{child}"));
    assert!(child.exists());
    let started = Instant::now();
    let _ = workers.fault("faults.kill", Value::Null).await;
    // It sleeps for a minute where nobody ends it.
    until("the child to end", || has_ended(&child)).await;
    assert!(started.elapsed().as_secs() < 30);
}

#[tokio::test]
async fn a_worker_that_ends_at_once_is_told_as_one_that_does_not_start() {
    let delegated = Delegated::new("start");
    let workers = Workers::start(delegated.pool(400), ScriptedModel::new());
    if !delegated.is_one(&workers).await {
        return;
    }
    let pool = delegated.pool(400).spawn(Spawn::Cold);
    let python = PythonConfig::interpreter("/bin/false");
    let workers = Workers::with_python(python, pool, ScriptedModel::new());
    let error = workers.fault("faults.echo", Value::Null).await.unwrap_err();
    assert!(error.to_string().contains("a worker did not start: "), "{error}");
}

#[tokio::test]
async fn a_directory_that_is_no_control_group_ends_the_first_call() {
    let pool = PoolConfig::workers(1..=1).memory_limit_mb(400).cgroup("/sys/fs/cgroup/not/ours");
    let workers = Workers::start(pool, ScriptedModel::new());
    let error = workers.fault("faults.echo", Value::Null).await.unwrap_err();
    let text = error.to_string();
    let expected = "a worker gets no control group: `/sys/fs/cgroup/not/ours` is no control group \
                    that could limit memory";
    assert!(text.contains(expected), "{text}");
    assert!(error.hint().is_some_and(|hint| hint.contains("delegated to this program")));
}

/// Whether a process has ended, waited for by its parent or not.
fn has_ended(process: &Path) -> bool {
    let stat = fs::read_to_string(process.join("stat")).unwrap_or_default();
    stat.rsplit_once(") ").is_none_or(|(_, rest)| rest.starts_with('Z'))
}
