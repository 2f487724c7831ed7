//! A worker's operating-system process: started, watched, killed with all its children.

use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream as StdUnixStream;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::net::UnixStream;
use tokio::process::{Child, ChildStderr, Command};

use super::spawner;
use crate::python::package;

/// The variables that a worker inherits; everything else stays here, keys first of all.
const INHERITED: [&str; 10] =
    ["PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "DENO_DIR"];

/// The variables that a worker gets in any case.
const SET: [(&str, &str); 4] = [
    // Without it DSPy asks the network for prices when a model is first used.
    ("LITELLM_LOCAL_MODEL_COST_MAP", "True"),
    ("PYTHONNOUSERSITE", "1"),
    ("PYTHONUNBUFFERED", "1"),
    // The unpacked package is checked at every start, so nothing may be written beside it.
    ("PYTHONDONTWRITEBYTECODE", "1"),
];

/// What is needed to start a worker.
#[derive(Clone, Debug)]
pub(super) struct Launch {
    pub(super) python: PathBuf,
    pub(super) package: PathBuf,
    pub(super) search: Vec<PathBuf>,
    pub(super) memory_limit_mb: Option<u64>,
    pub(super) faults: bool,
}

/// A running worker process. Dropping it kills the process and its children.
#[derive(Debug)]
pub(super) struct WorkerProcess {
    child: Child,
    status: Option<ExitStatus>,
    pid: Pid,
}

/// A process, the socket to it and what it writes to stderr.
pub(super) struct Started {
    pub(super) process: WorkerProcess,
    pub(super) socket: UnixStream,
    pub(super) stderr: ChildStderr,
}

impl Launch {
    /// Starts a worker.
    ///
    /// # Errors
    /// What the operating system says.
    pub(super) async fn start(&self) -> io::Result<Started> {
        let (ours, theirs) = StdUnixStream::pair()?;
        ours.set_nonblocking(true)?;
        let socket = UnixStream::from_std(ours)?;
        let mut child = spawner::spawn(self.command(theirs)).await?;
        let stderr = child.stderr.take().expect("the command asks for a pipe");
        Ok(Started { process: WorkerProcess::new(child)?, socket, stderr })
    }

    fn command(&self, socket: StdUnixStream) -> Command {
        let mut command = Command::new(&self.python);
        command.args(["-m", package::NAME, "--parent"]).arg(std::process::id().to_string());
        for directory in &self.search {
            command.arg("--search").arg(directory);
        }
        if let Some(megabytes) = self.memory_limit_mb {
            command.arg("--memory-limit-mb").arg(megabytes.to_string());
        }
        if self.faults {
            command.arg("--faults");
        }
        command.env_clear().envs(SET).env("PYTHONPATH", &self.package);
        for name in INHERITED {
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
        command
            .stdin(Stdio::from(OwnedFd::from(socket)))
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            // A group of its own, so that a killed worker takes its children along.
            .process_group(0);
        command
    }
}

impl WorkerProcess {
    fn new(child: Child) -> io::Result<Self> {
        let pid = child.id().and_then(|pid| Pid::from_raw(pid.cast_signed()));
        let pid = pid.ok_or_else(|| io::Error::other("the process has no id"))?;
        Ok(Self { child, status: None, pid })
    }

    /// The process's id.
    pub(super) const fn pid(&self) -> u32 {
        self.pid.as_raw_nonzero().get().cast_unsigned()
    }

    /// Waits until the process has ended; may be asked again.
    ///
    /// # Errors
    /// What the operating system says.
    pub(super) async fn ended(&mut self) -> io::Result<ExitStatus> {
        if let Some(status) = self.status {
            return Ok(status);
        }
        let status = self.child.wait().await?;
        // Its children may outlive it: their group keeps the id from being given away, and where
        // there are none the signal reaches nobody.
        self.kill();
        self.status = Some(status);
        Ok(status)
    }

    pub(super) const fn has_ended(&self) -> bool {
        self.status.is_some()
    }

    /// Asks the process and its children to end.
    pub(super) fn terminate(&self) {
        self.signal(Signal::TERM);
    }

    /// Ends the process and its children.
    pub(super) fn kill(&self) {
        self.signal(Signal::KILL);
    }

    fn signal(&self, signal: Signal) {
        // Once the end is known the id may belong to somebody else.
        if !self.has_ended() {
            let _ = kill_process_group(self.pid, signal);
        }
    }
}

impl Drop for WorkerProcess {
    fn drop(&mut self) {
        self.kill();
    }
}
