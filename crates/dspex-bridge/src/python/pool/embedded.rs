//! A worker without a process: a thread of this one, whose socket can be closed and no more.

use std::io;
use std::net::Shutdown;
use std::os::fd::AsFd as _;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::ExitStatus;

use rustix::process::Pid;

use super::SETUP_HINT;
use super::lease::Unavailable;
use super::process::{Launch, Started, Way, WorkerProcess, sockets};
use crate::python::embed::{EmbedError, Ending, Serving, serve};
use crate::python::{PoolConfig, PythonSource};

/// A thread that serves.
#[derive(Debug)]
pub(super) struct Embedded {
    /// dspex's own end of the socket, which hangs up for both.
    socket: UnixStream,
    ending: Ending,
}

/// Whether a pool may be embedded, and in which environment.
pub(super) fn way(config: &PoolConfig, source: &PythonSource) -> Result<Way, Unavailable> {
    if let Some(what) = config.beyond_embedding() {
        return Err(Unavailable {
            reason: format!("an embedded pool has no {what}"),
            hint: "leave that setting out, or `spawn`".to_owned(),
        });
    }
    match source {
        PythonSource::Venv(venv) => Ok(Way::Embedded(venv.clone())),
        PythonSource::Interpreter(python) => Err(Unavailable {
            reason: format!("`{}` cannot be embedded: it names a program", python.display()),
            hint: "name a virtual environment instead".to_owned(),
        }),
    }
}

/// Starts a thread that serves, and the interpreter where it does not run yet.
pub(super) async fn start(launch: &Launch, venv: &Path) -> Result<Started, Unavailable> {
    let unavailable = |error: EmbedError| {
        let hint = error.hint().unwrap_or_else(|| SETUP_HINT.to_owned());
        Unavailable { reason: error.to_string(), hint }
    };
    let refused =
        |error: io::Error| unavailable(EmbedError::NotStarted { reason: error.to_string() });
    let (socket, theirs) = sockets().map_err(refused)?;
    let ours = socket.as_fd().try_clone_to_owned().map_err(refused)?.into();
    let serving = Serving {
        venv: venv.to_owned(),
        package: launch.package.clone(),
        search: launch.search.clone(),
        preload: launch.preload.clone(),
        threads: launch.threads,
        faults: launch.faults,
    };
    let (id, ending) = serve(theirs, serving).await.map_err(unavailable)?;
    let id = Pid::from_raw(id.cast_signed()).expect("a thread that runs has an id");
    let process = WorkerProcess::embedded(Embedded { socket: ours, ending }, id);
    Ok(Started { process, socket, stderr: Box::new(tokio::io::empty()) })
}

impl Embedded {
    /// Closes the socket for both ends; the thread ends once its calls have.
    pub(super) fn hang_up(&self) {
        let _ = self.socket.shutdown(Shutdown::Both);
    }

    /// Waits until the thread has ended.
    ///
    /// # Errors
    /// What Python raised.
    pub(super) async fn ended(&mut self) -> Result<ExitStatus, String> {
        match (&mut self.ending).await {
            Ok(Ok(())) => Ok(ExitStatus::default()),
            Ok(Err(raised)) => Err(format!("Python raised {raised}")),
            Err(_) => Err("its thread panicked".to_owned()),
        }
    }
}
