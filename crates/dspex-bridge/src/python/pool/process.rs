//! What a worker runs in, a process mostly: started, watched, killed with all its children.

use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream as StdUnixStream;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;

use rustix::io::ioctl_fionbio;
use rustix::pipe::{PipeFlags, pipe_with};
use rustix::process::{Pid, Signal, kill_process_group};
use tokio::io::AsyncRead;
use tokio::net::UnixStream;
use tokio::net::unix::pipe::Receiver;
use tokio::process::{Child, Command};

use super::cgroup::Cgroup;
#[cfg(feature = "embed")]
use super::embedded::{self, Embedded};
use super::exit::ExitReason;
use super::fork_server::{ForkServer, Forked, NoServer};
use super::lease::Unavailable;
use super::{SETUP_HINT, spawner};
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
    pub(super) pool: String,
    pub(super) python: PathBuf,
    pub(super) package: PathBuf,
    pub(super) search: Vec<PathBuf>,
    pub(super) memory_limit_mb: Option<u64>,
    /// The control group in which each worker gets one of its own.
    pub(super) cgroup: Option<PathBuf>,
    /// How many calls it runs at once.
    pub(super) threads: usize,
    pub(super) faults: bool,
    pub(super) preload: Vec<String>,
    pub(super) environment: Vec<String>,
    pub(super) gpus: Option<Vec<u32>>,
    pub(super) way: Way,
}

/// The way in which workers are started.
#[derive(Clone, Debug)]
pub(super) enum Way {
    /// By what forks workers, once there is one; shared by all clones.
    Forked(Arc<tokio::sync::Mutex<Server>>),
    /// Each for itself.
    Cold,
    /// In this process, by the interpreter of this environment.
    #[cfg(feature = "embed")]
    Embedded(PathBuf),
}

/// The process that forks a pool's workers.
#[derive(Debug, Default)]
pub(super) enum Server {
    /// Not started yet, or ended.
    #[default]
    None,
    Running(Arc<ForkServer>),
    /// Forking does no good here, so that workers are started each for itself.
    Unfit,
}

/// A running worker process, or a thread that stands for one. Dropping it kills the process and its
/// children, and leaves the thread alone with a closed socket, which ends it.
#[derive(Debug)]
pub(super) struct WorkerProcess {
    origin: Origin,
    cgroup: Option<Cgroup>,
    outgrown_mb: Option<u64>,
    /// What is known once it has ended.
    end: Option<Result<ExitStatus, String>>,
    pid: Pid,
}

/// Where a worker came from, and who tells of its end.
#[derive(Debug)]
enum Origin {
    Started(Child),
    Forked(Forked),
    #[cfg(feature = "embed")]
    Embedded(Embedded),
}

/// A process, the socket to it and what it writes to stderr.
pub(super) struct Started {
    pub(super) process: WorkerProcess,
    pub(super) socket: UnixStream,
    pub(super) stderr: Box<dyn AsyncRead + Send + Unpin>,
}

impl Launch {
    /// Starts a worker.
    ///
    /// # Errors
    /// What the operating system says, the fork server, or the interpreter of this process.
    pub(super) async fn start(&self) -> Result<Started, Unavailable> {
        let unavailable = |reason| Unavailable { reason, hint: SETUP_HINT.to_owned() };
        let server = match &self.way {
            Way::Forked(server) => {
                self.server(&mut *server.lock().await).await.map_err(unavailable)?
            }
            Way::Cold => None,
            #[cfg(feature = "embed")]
            Way::Embedded(venv) => return embedded::start(self, venv).await,
        };
        let started = match server {
            Some(server) => fork(&server).await,
            None => self.spawn().await,
        };
        let python = self.python.display();
        let mut started = started
            .map_err(|error| unavailable(format!("`{python}` cannot be started: {error}")))?;
        started.process.cgroup = self.group(started.process.pid())?;
        Ok(started)
    }

    /// The control group of a worker that has just started, where it is to have one.
    fn group(&self, pid: u32) -> Result<Option<Cgroup>, Unavailable> {
        let (Some(parent), Some(limit_mb)) = (&self.cgroup, self.memory_limit_mb) else {
            return Ok(None);
        };
        Cgroup::around(parent, pid, limit_mb).map(Some).map_err(|why| Unavailable {
            reason: format!("a worker gets no control group: {why}"),
            hint: "give the pool's `cgroup` a control group that is delegated to this program and \
                   has no processes of its own, or leave it out: `memory_limit` holds without it"
                .to_owned(),
        })
    }

    /// The server that forks, started where there is none; `None` where it cannot fork.
    async fn server(&self, server: &mut Server) -> Result<Option<Arc<ForkServer>>, String> {
        match server {
            Server::Unfit => return Ok(None),
            Server::Running(running) if !running.has_ended() => return Ok(Some(running.clone())),
            Server::None | Server::Running(_) => {}
        }
        let pool = &self.pool;
        let mut command = self.command();
        command.arg("--fork-server");
        match ForkServer::start(command, pool).await {
            Ok(started) => {
                let started = Arc::new(started);
                *server = Server::Running(started.clone());
                Ok(Some(started))
            }
            Err(NoServer::Unfit(why)) => {
                tracing::warn!(pool, why, "workers are started each for itself");
                *server = Server::Unfit;
                Ok(None)
            }
            Err(NoServer::Failed(why)) => Err(why),
        }
    }

    async fn spawn(&self) -> io::Result<Started> {
        let (socket, theirs) = sockets()?;
        let mut command = self.command();
        command.stdin(theirs);
        let mut child = spawner::spawn(command).await?;
        let stderr = child.stderr.take().expect("the command asks for a pipe");
        let pid = id(&child).ok_or_else(|| io::Error::other("the process has no id"))?;
        let process = WorkerProcess::new(Origin::Started(child), pid);
        Ok(Started { process, socket, stderr: Box::new(stderr) })
    }

    /// The command of a process without its end of the socket, which is its standard input.
    fn command(&self) -> Command {
        let mut command = Command::new(&self.python);
        command.args(["-m", package::NAME, "--parent"]).arg(std::process::id().to_string());
        for directory in &self.search {
            command.arg("--search").arg(directory);
        }
        if let Some(megabytes) = self.memory_limit_mb {
            command.arg("--memory-limit-mb").arg(megabytes.to_string());
        }
        if self.threads > 1 {
            command.arg("--threads").arg(self.threads.to_string());
        }
        for module in &self.preload {
            command.arg("--preload").arg(module);
        }
        if self.faults {
            command.arg("--faults");
        }
        command.env_clear().envs(SET).env("PYTHONPATH", &self.package);
        if let Some(gpus) = &self.gpus {
            let gpus: Vec<String> = gpus.iter().map(u32::to_string).collect();
            command.env("CUDA_VISIBLE_DEVICES", gpus.join(","));
        }
        for name in INHERITED.into_iter().chain(self.environment.iter().map(String::as_str)) {
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
        command
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            // A group of its own, so that a killed worker takes its children along.
            .process_group(0);
        command
    }
}

/// A worker that is forked. It takes its ends of the socket and of a pipe for its errors with it.
async fn fork(server: &ForkServer) -> io::Result<Started> {
    let (socket, theirs) = sockets()?;
    let (stderr, writer) = pipe_with(PipeFlags::CLOEXEC)?;
    ioctl_fionbio(&stderr, true)?;
    let forked = server.fork(theirs, writer).await?;
    let pid = forked.pid;
    let process = WorkerProcess::new(Origin::Forked(forked), pid);
    Ok(Started { process, socket, stderr: Box::new(Receiver::from_owned_fd(stderr)?) })
}

/// A child's id, as signals want it; `None` once it was waited for.
pub(super) fn id(child: &Child) -> Option<Pid> {
    child.id().and_then(|pid| Pid::from_raw(pid.cast_signed()))
}

/// What puts a line of a worker's stderr into the log.
pub(super) fn log(pool: String, pid: u32) -> impl Fn(&str) {
    move |line| tracing::info!(target: "dspex::python", pool, pid, "{line}")
}

/// A socket, and the end of it that a new process gets.
pub(super) fn sockets() -> io::Result<(UnixStream, OwnedFd)> {
    let (ours, theirs) = StdUnixStream::pair()?;
    ours.set_nonblocking(true)?;
    Ok((UnixStream::from_std(ours)?, theirs.into()))
}

impl WorkerProcess {
    const fn new(origin: Origin, pid: Pid) -> Self {
        Self { origin, cgroup: None, outgrown_mb: None, end: None, pid }
    }

    #[cfg(feature = "embed")]
    pub(super) const fn embedded(thread: Embedded, pid: Pid) -> Self {
        Self::new(Origin::Embedded(thread), pid)
    }

    /// The process's id, or the thread's.
    pub(super) const fn pid(&self) -> u32 {
        self.pid.as_raw_nonzero().get().cast_unsigned()
    }

    /// Waits until the process has ended; may be asked again.
    ///
    /// # Errors
    /// Why its status is not known.
    pub(super) async fn ended(&mut self) -> Result<ExitStatus, String> {
        if let Some(end) = &self.end {
            return end.clone();
        }
        let end = match &mut self.origin {
            Origin::Started(child) => child.wait().await.map_err(|error| error.to_string()),
            // Without the server every worker of it ends, and its id may be anybody's.
            Origin::Forked(forked) => {
                (&mut forked.exit).await.map_err(|_| "its fork server ended".to_owned())
            }
            #[cfg(feature = "embed")]
            Origin::Embedded(thread) => thread.ended().await,
        };
        if end.is_ok() {
            // Its children may outlive it: their group keeps the id from being given away, and
            // where there are none the signal reaches nobody.
            self.kill();
        }
        if let Origin::Forked(forked) = &self.origin {
            forked.reap();
        }
        self.end = Some(end.clone());
        if let Some(cgroup) = self.cgroup.take() {
            self.outgrown_mb = cgroup.had_too_little().then_some(cgroup.limit_mb);
            cgroup.remove().await;
        }
        end
    }

    /// The limit of its control group, in megabytes, where the kernel killed for that.
    pub(super) const fn outgrown_mb(&self) -> Option<u64> {
        self.outgrown_mb
    }

    pub(super) const fn has_ended(&self) -> bool {
        self.end.is_some()
    }

    /// Asks the process and its children to end.
    pub(super) fn terminate(&self) {
        self.signal(Signal::TERM);
    }

    /// Ends the process and its children.
    pub(super) fn kill(&self) {
        self.signal(Signal::KILL);
        if let Some(cgroup) = &self.cgroup {
            cgroup.kill();
        }
    }

    /// What became of it once it was killed for this reason.
    #[cfg_attr(not(feature = "embed"), expect(clippy::unused_self, reason = "all are processes"))]
    pub(super) fn killed(&self, why: impl Into<String>) -> ExitReason {
        let why = why.into();
        #[cfg(feature = "embed")]
        if let Origin::Embedded(_) = &self.origin {
            return ExitReason::GivenUp { why };
        }
        ExitReason::KilledByUs { why }
    }

    fn signal(&self, signal: Signal) {
        #[cfg(feature = "embed")]
        if let Origin::Embedded(thread) = &self.origin {
            if signal == Signal::KILL {
                thread.hang_up();
            }
            return;
        }
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
