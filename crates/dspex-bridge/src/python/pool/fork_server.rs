//! A process that has imported DSPy once and forks a worker whenever one is wanted.
//!
//! Requests carry the worker's ends of its socket and of its standard error. The server reaps a
//! worker only when it is told to, so that the id of one that has ended is nobody else's until then.

use std::collections::HashMap;
use std::fmt;
use std::io::{self, IoSlice};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use dspex_signature::Value;
use rustix::net::{SendAncillaryBuffer, SendAncillaryMessage, SendFlags, sendmsg};
use rustix::process::{Pid, Signal, kill_process_group};
use tokio::io::Interest;
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::process::{Child, Command};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::exit::ExitReason;
use super::process::{id, log, sockets};
use super::spawner;
use crate::python::wire::{FrameReader, WireError, decode_value};
use crate::stderr::StderrTail;

/// How long the server may take to import what workers need.
const START_TIME: Duration = Duration::from_secs(60);

/// A running server. Dropping it kills it, and with it every worker that it forked: they are in groups of
/// their own, but die with it.
pub(super) struct ForkServer {
    state: Arc<Mutex<State>>,
    requests: mpsc::UnboundedSender<Request>,
    /// Reads and writes.
    _tasks: JoinSet<()>,
    /// Follows stderr.
    _output: JoinSet<()>,
    process: Leader,
}

/// A process that leads a group; dropping it kills the group.
struct Leader(Child);

impl Drop for Leader {
    fn drop(&mut self) {
        if let Some(pid) = id(&self.0) {
            let _ = kill_process_group(pid, Signal::KILL);
        }
    }
}

/// A worker that the server forked.
#[derive(Debug)]
pub(super) struct Forked {
    pub(super) pid: Pid,
    /// Its exit status, unless the server ends first.
    pub(super) exit: oneshot::Receiver<ExitStatus>,
    requests: mpsc::UnboundedSender<Request>,
}

/// Why there is no server.
#[derive(Debug)]
pub(super) enum NoServer {
    /// It could not be started.
    Failed(String),
    /// What it imported may not be forked.
    Unfit(String),
}

impl NoServer {
    fn failed(what: &str) -> Self {
        Self::Failed(format!("the process that workers are forked from {what}"))
    }
}

#[derive(Debug)]
enum Request {
    Fork { number: u64, descriptors: [OwnedFd; 2] },
    Reap { pid: Pid },
}

#[derive(Default)]
struct State {
    n_asked: u64,
    asked: HashMap<u64, oneshot::Sender<Result<NewBorn, String>>>,
    running: HashMap<i32, oneshot::Sender<ExitStatus>>,
    ended: bool,
}

/// A worker's id, and where its exit status comes.
type NewBorn = (Pid, oneshot::Receiver<ExitStatus>);

/// What the server says.
enum Said {
    Ready,
    Unfit(String),
    Forked {
        number: u64,
        pid: Pid,
    },
    /// The system refused to fork.
    NotForked {
        number: u64,
        why: String,
    },
    Exited {
        pid: Pid,
        status: ExitStatus,
    },
}

impl ForkServer {
    /// Starts a server and waits until everything is imported; its connection is the command's
    /// standard input.
    ///
    /// # Errors
    /// [`NoServer`], in words.
    pub(super) async fn start(mut command: Command, pool: &str) -> Result<Self, NoServer> {
        let failed = |error: io::Error| NoServer::failed(&format!("cannot be started: {error}"));
        let (control, theirs) = sockets().map_err(failed)?;
        command.stdin(theirs);
        let mut process = Leader(spawner::spawn(command).await.map_err(failed)?);
        let (stderr, mut tasks, mut output) =
            (StderrTail::default(), JoinSet::new(), JoinSet::new());
        let stream = process.0.stderr.take().expect("the command asks for a pipe");
        let pid = process.0.id().unwrap_or_default();
        output.spawn(stderr.clone().follow(stream, log(pool.to_owned(), pid)));
        let (reader, writer) = control.into_split();
        let mut frames = FrameReader::new(reader);
        let said = match timeout(START_TIME, receive(&mut frames)).await {
            Ok(said) => {
                said.map_err(|error| NoServer::failed(&format!("broke its protocol: {error}")))?
            }
            Err(_) => return Err(NoServer::failed(&format!("was not ready in {START_TIME:?}"))),
        };
        match said {
            Some(Said::Ready) => {}
            Some(Said::Unfit(why)) => return Err(NoServer::Unfit(why)),
            Some(_) => return Err(NoServer::failed("does not greet")),
            None => {
                let status = process.0.wait().await.map_err(failed)?;
                while output.join_next().await.is_some() {}
                let reason = ExitReason::new(status, None);
                let line = stderr.last_line();
                let what = format!("ended before it was ready ({reason}): {line}");
                return Err(NoServer::failed(&what));
            }
        }
        let state = Arc::new(Mutex::new(State::default()));
        let (requests, asked) = mpsc::unbounded_channel();
        tasks.spawn(listen(frames, state.clone(), requests.clone()));
        tasks.spawn(ask(writer, asked));
        Ok(Self { state, requests, _tasks: tasks, _output: output, process })
    }

    /// Whether it can no longer fork.
    pub(super) fn has_ended(&self) -> bool {
        lock(&self.state).ended
    }

    /// Forks a worker that talks over `socket` and writes its errors to `stderr`.
    ///
    /// # Errors
    /// The server has ended, or could not fork.
    pub(super) async fn fork(&self, socket: OwnedFd, stderr: OwnedFd) -> io::Result<Forked> {
        let gone = || io::Error::other("the fork server has ended");
        let forked = {
            let mut state = lock(&self.state);
            if state.ended {
                return Err(gone());
            }
            state.n_asked += 1;
            let (sender, forked) = oneshot::channel();
            let number = state.n_asked;
            state.asked.insert(number, sender);
            let request = Request::Fork { number, descriptors: [socket, stderr] };
            self.requests.send(request).map_err(|_| gone())?;
            forked
        };
        let forked = forked.await.map_err(|_| gone())?;
        let (pid, exit) = forked.map_err(io::Error::other)?;
        Ok(Forked { pid, exit, requests: self.requests.clone() })
    }
}

impl fmt::Debug for ForkServer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ForkServer")
            .field("pid", &self.process.0.id())
            .finish_non_exhaustive()
    }
}

impl Forked {
    /// Lets the id go, once nothing will be sent to it any more.
    pub(super) fn reap(&self) {
        let _ = self.requests.send(Request::Reap { pid: self.pid });
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Takes what the server says until it ends.
async fn listen(
    mut frames: FrameReader<OwnedReadHalf>,
    state: Arc<Mutex<State>>,
    requests: mpsc::UnboundedSender<Request>,
) {
    while let Ok(Some(said)) = receive(&mut frames).await {
        match said {
            Said::Forked { number, pid } => {
                let (sender, exit) = oneshot::channel();
                let mut state = lock(&state);
                state.running.insert(pid.as_raw_nonzero().get(), sender);
                if let Some(asked) = state.asked.remove(&number) {
                    // One that nobody waits for any more finds its socket closed.
                    let _ = asked.send(Ok((pid, exit)));
                }
            }
            Said::NotForked { number, why } => {
                if let Some(asked) = lock(&state).asked.remove(&number) {
                    let _ = asked.send(Err(format!("the system refuses to fork: {why}")));
                }
            }
            Said::Exited { pid, status } => {
                let waiting = lock(&state).running.remove(&pid.as_raw_nonzero().get());
                if waiting.is_none_or(|waiting| waiting.send(status).is_err()) {
                    let _ = kill_process_group(pid, Signal::KILL);
                    let _ = requests.send(Request::Reap { pid });
                }
            }
            Said::Ready | Said::Unfit(_) => break,
        }
    }
    let mut state = lock(&state);
    state.ended = true;
    state.asked.clear();
    state.running.clear();
}

/// Passes requests on until the server ends: a letter, a number, and with it what the worker gets.
async fn ask(control: OwnedWriteHalf, mut requests: mpsc::UnboundedReceiver<Request>) {
    while let Some(request) = requests.recv().await {
        let (kind, number, descriptors) = match &request {
            Request::Fork { number, descriptors } => (b'f', *number, &descriptors[..]),
            Request::Reap { pid } => {
                (b'r', u64::from(pid.as_raw_nonzero().get().unsigned_abs()), &[][..])
            }
        };
        let mut message = vec![kind];
        message.extend_from_slice(&number.to_be_bytes());
        let descriptors: Vec<BorrowedFd<'_>> = descriptors.iter().map(AsFd::as_fd).collect();
        let send = || {
            let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(2))];
            let mut ancillary = SendAncillaryBuffer::new(&mut space);
            if !descriptors.is_empty() {
                ancillary.push(SendAncillaryMessage::ScmRights(&descriptors));
            }
            let parts = [IoSlice::new(&message)];
            Ok(sendmsg(control.as_ref(), &parts, &mut ancillary, SendFlags::NOSIGNAL)?)
        };
        if control.as_ref().async_io(Interest::WRITABLE, send).await.is_err() {
            return;
        }
    }
}

/// The server's next message; `None` once it has ended.
async fn receive(frames: &mut FrameReader<OwnedReadHalf>) -> Result<Option<Said>, WireError> {
    frames.next().await?.map(Said::read).transpose()
}

impl Said {
    fn read(payload: &[u8]) -> Result<Self, WireError> {
        let not_one =
            || WireError::NotAMessage { what: "of the fork server is unknown".to_owned() };
        let Value::List(parts) = decode_value(payload)? else { return Err(not_one()) };
        let number = |part: &Value| part.as_int().and_then(|number| i32::try_from(number).ok());
        let pid = |part: &Value| number(part).and_then(Pid::from_raw).ok_or_else(not_one);
        let fork = |part: &Value| {
            let number = part.as_int().and_then(|number| u64::try_from(number).ok());
            number.ok_or_else(not_one)
        };
        match &parts[..] {
            [kind] if kind.as_str() == Some("ready") => Ok(Self::Ready),
            [kind, why] if kind.as_str() == Some("unfit") => {
                Ok(Self::Unfit(why.as_str().unwrap_or_default().to_owned()))
            }
            [kind, asked, worker] if kind.as_str() == Some("forked") => {
                Ok(Self::Forked { number: fork(asked)?, pid: pid(worker)? })
            }
            [kind, asked, why] if kind.as_str() == Some("failed") => {
                let why = why.as_str().unwrap_or_default().to_owned();
                Ok(Self::NotForked { number: fork(asked)?, why })
            }
            [kind, worker, status] if kind.as_str() == Some("exited") => {
                let status = ExitStatus::from_raw(number(status).ok_or_else(not_one)?);
                Ok(Self::Exited { pid: pid(worker)?, status })
            }
            _ => Err(not_one()),
        }
    }
}
