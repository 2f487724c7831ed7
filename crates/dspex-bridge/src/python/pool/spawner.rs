//! The one thread that starts worker processes.
//!
//! Linux ties a child's "die with the parent" to the *thread* that started it: a worker started
//! from a runtime's thread would be killed when that thread ends. This one never ends.

use std::io;
use std::sync::{LazyLock, mpsc};

use tokio::process::{Child, Command};
use tokio::runtime::Handle;
use tokio::sync::oneshot;

struct Job {
    command: Command,
    /// The runtime that is told of the child's end.
    runtime: Handle,
    reply: oneshot::Sender<io::Result<Child>>,
}

static JOBS: LazyLock<io::Result<mpsc::Sender<Job>>> = LazyLock::new(|| {
    let (sender, jobs) = mpsc::channel::<Job>();
    let thread = std::thread::Builder::new().name("dspex-spawner".to_owned());
    thread.spawn(move || {
        for Job { mut command, runtime, reply } in jobs {
            let _entered = runtime.enter();
            // A caller that has gone leaves the child here, where it is killed as it is dropped.
            let _ = reply.send(command.kill_on_drop(true).spawn());
        }
    })?;
    Ok(sender)
});

/// Starts a process from the permanent thread.
///
/// # Errors
/// What the operating system says.
pub(super) async fn spawn(command: Command) -> io::Result<Child> {
    let (reply, started) = oneshot::channel();
    let jobs = JOBS.as_ref().map_err(|error| io::Error::new(error.kind(), error.to_string()))?;
    let runtime = Handle::current();
    jobs.send(Job { command, runtime, reply }).map_err(io::Error::other)?;
    started.await.map_err(io::Error::other)?
}
