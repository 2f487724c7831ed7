//! One worker from its greeting to its end: carries its messages and notices how it ends.

mod start;

use std::sync::Arc;
use std::time::Duration;

use dspex_signature::Value;
use dspex_telemetry::Event;
use tokio::net::unix::OwnedReadHalf;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior, interval_at, sleep_until, timeout};

use super::age::Age;
use super::exit::{ExitReason, KILL};
use super::health::{self, Finding, Health};
use super::link::{Cause, Control, Death, Failure, Link, Source};
use super::process::WorkerProcess;
use super::shared::{Next, Shared};
use super::stopping::Stopping;
use super::traffic::{answer, log};
use crate::python::wire::{FrameReader, FromWorker, WireError, to_worker};

/// How long a worker may take to end after its socket has closed.
const LAST_WORDS: Duration = Duration::from_millis(500);
/// How long its output may take to arrive after its end; only its children can delay it.
const LAST_OUTPUT: Duration = Duration::from_millis(50);
/// How long a worker may take to end after it was asked to by signal.
const TERMINATE_GRACE: Duration = Duration::from_secs(2);

/// Why a worker is killed whose cancelled call went on.
const DID_NOT_STOP: &str = "a cancelled call did not stop";

/// A worker that has greeted.
pub(super) struct Worker {
    shared: Arc<Shared>,
    link: Arc<Link>,
    process: WorkerProcess,
    frames: FrameReader<OwnedReadHalf>,
    control: mpsc::UnboundedReceiver<Control>,
    /// Reads stderr until the process and its children have ended.
    output: JoinSet<()>,
    /// Writes to the socket what it does not take at once.
    writer: JoinSet<()>,
    /// Answers callbacks.
    answers: JoinSet<()>,
    must_stop: Option<MustStop>,
    stopping: Stopping,
    /// Whether the pool counts on this worker.
    in_pool: bool,
    health: Health,
    age: Age,
    /// Why it takes no further call, once that is so.
    retiring: Option<String>,
}

/// How a worker's time ended.
pub(super) struct Served {
    pub(super) reason: ExitReason,
    /// Whether it answered any call.
    pub(super) any: bool,
}

/// A moment at which the worker is killed unless something happened before.
struct MustStop {
    at: Instant,
    why: &'static str,
}

/// Why a worker's messages are no longer carried.
enum End {
    /// The socket closed or the process ended.
    Gone,
    /// It broke the protocol.
    Protocol(WireError),
    /// It did not stop in time, or does not answer.
    Late(&'static str),
    /// It held more memory than it may.
    TooBig { megabytes: u64 },
}

impl Worker {
    pub(super) fn pid(&self) -> u32 {
        self.link.pid
    }

    /// Carries messages until the worker ends.
    pub(super) async fn serve(mut self) -> Served {
        self.in_pool = true;
        self.shared.started(&self.link);
        let end = self.carry().await;
        let killed = match &end {
            End::Gone => None,
            End::Protocol(error) => Some(self.process.killed(error.to_string())),
            End::Late(why) => Some(self.process.killed(*why)),
            End::TooBig { megabytes } => Some(ExitReason::MemoryLimit { megabytes: *megabytes }),
        };
        if killed.is_some() {
            self.process.kill();
        }
        let is_read = !matches!(end, End::Protocol(_));
        if killed.is_some() && is_read {
            self.shared.take_away(self.link.pid);
            self.take_what_is_left().await;
        }
        let reason = self.exit_reason(killed).await;
        let text = match reason.is_orderly() {
            true => reason.to_string(),
            false => self.with_last_line(reason.to_string()).await,
        };
        let cause = match &reason {
            ExitReason::MemoryLimit { .. } | ExitReason::MemoryCgroup { .. } => Cause::Memory,
            // Of several calls nobody knows which one it was.
            reason if reason.is_crash() && self.n_run() <= 1 => Cause::Crash,
            _ => Cause::Other,
        };
        // Where all has been read that it sent, it is known what it finished.
        let n_run = if is_read { self.n_run() } else { usize::MAX };
        let failure = match end {
            End::Protocol(error) => Failure::Protocol(error),
            _ => Failure::Died(Death { reason: text.clone(), cause }),
        };
        self.leave(&reason, &failure, n_run, text);
        Served { reason, any: self.age.n_calls > 0 }
    }

    /// Takes the worker out of the pool and fails its calls, in this order: they may look for another
    /// worker at once.
    fn leave(&mut self, reason: &ExitReason, failure: &Failure, n_run: usize, text: String) {
        if self.in_pool {
            self.in_pool = false;
            let next = match self.shared.closing.is_cancelled() || reason.is_orderly() {
                true => Next::Nobody,
                false => Next::AfterCrash,
            };
            self.shared.ended(self.link.pid, next);
        }
        let in_flight = self.link.n_calls();
        let (pool, pid) = (self.shared.name.clone(), self.link.pid);
        self.shared.recorder.record(Event::WorkerExited { pool, pid, reason: text, in_flight });
        self.link.close(failure, n_run);
    }

    /// How many calls that have nothing to do with one another may be running.
    fn n_run(&self) -> usize {
        self.link.n_apart().min(self.shared.config.threads_per_worker)
    }

    async fn carry(&mut self) -> End {
        let closing = self.shared.closing.clone();
        let mut draining = false;
        let mut looks = interval_at(Instant::now() + health::INTERVAL, health::INTERVAL);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                payload = self.frames.next() => match payload {
                    Ok(Some(payload)) => {
                        self.health.heard();
                        let message = FromWorker::decode(payload);
                        if let Err(error) = message.and_then(|message| self.take(message)) {
                            return End::Protocol(error);
                        }
                        if self.is_given_up() {
                            return End::Late(DID_NOT_STOP);
                        }
                    }
                    Ok(None) | Err(WireError::Closed | WireError::Io(_)) => return End::Gone,
                    Err(error) => return End::Protocol(error),
                },
                _ = self.process.ended(), if !self.process.has_ended() => {
                    self.take_what_is_left().await;
                    return End::Gone;
                }
                Some(Control::Abandon { call }) = self.control.recv() => self.cancel(call),
                () = closing.cancelled(), if !draining => {
                    draining = true;
                    self.drain();
                }
                () = self.stopping.is_late() => {
                    self.stopping.give_up();
                    self.shared.take_away(self.link.pid);
                    if self.is_given_up() {
                        return End::Late(DID_NOT_STOP);
                    }
                }
                why = at(self.must_stop.as_ref()) => {
                    self.process.terminate();
                    let grace = if draining { TERMINATE_GRACE } else { Duration::ZERO };
                    let _ = timeout(grace, self.process.ended()).await;
                    return End::Late(why);
                }
                Some(_) = self.answers.join_next() => {}
                _ = looks.tick() => if let Some(end) = self.look() {
                    return end;
                },
            }
        }
    }

    /// Looks after a worker that may be stuck, too big or too old.
    fn look(&mut self) -> Option<End> {
        match self.health.look() {
            Finding::Well => {}
            Finding::Ask { ping } => {
                if let Ok(frame) = to_worker::ping(ping) {
                    self.link.send(frame);
                }
            }
            Finding::Stuck(why) => return Some(End::Late(why)),
            Finding::TooBig { megabytes } => return Some(End::TooBig { megabytes }),
            Finding::Fat { megabytes } => {
                self.age.is_fat_with(megabytes);
            }
        }
        if self.age.is_over().is_some() && self.shared.take_out(self.link.pid) {
            self.retire();
        }
        None
    }

    /// Asks a worker that is no longer counted on to exit; another one takes its place.
    fn retire(&mut self) {
        self.in_pool = false;
        self.retiring = self.age.is_over();
        if let Ok(frame) = to_worker::drain() {
            self.link.send(frame);
        }
        let (at, why) = (Instant::now() + TERMINATE_GRACE, "it did not exit when it was asked to");
        self.must_stop = Some(MustStop { at, why });
    }

    /// Whether nothing runs any more but calls that do not stop.
    fn is_given_up(&self) -> bool {
        let late = self.stopping.late();
        !late.is_empty() && self.link.runs_only(late)
    }

    /// Takes what a worker sent before it ended.
    async fn take_what_is_left(&mut self) {
        while let Ok(Ok(Some(payload))) = timeout(LAST_WORDS, self.frames.next()).await {
            let message = FromWorker::decode(payload);
            if message.and_then(|message| self.take(message)).is_err() {
                return;
            }
        }
    }

    fn take(&mut self, message: FromWorker) -> Result<(), WireError> {
        match message {
            FromWorker::Result { call, value } => self.finish(call, Ok(value)),
            FromWorker::Error { call, error } => {
                self.finish(call, Err(Failure::Raised(Box::new(error))))
            }
            FromWorker::Callback { callback, call, method, parameters } => {
                // A question of a call that was abandoned meanwhile gets no answer.
                if let Some(callbacks) = self.link.callbacks(call) {
                    let link = self.link.clone();
                    let answer = answer(link, callback, callbacks, method, parameters);
                    self.link.asking(call, self.answers.spawn(answer));
                }
                Ok(())
            }
            FromWorker::Chunk { call, value } => {
                // A piece of a call that was abandoned meanwhile is read by nobody.
                let Some(callbacks) = self.link.callbacks(call) else { return Ok(()) };
                match callbacks.chunk(value, Source::new(self.link.clone(), call)) {
                    true => Ok(()),
                    false => {
                        let what = "sends a chunk without credit".to_owned();
                        Err(WireError::NotAMessage { what })
                    }
                }
            }
            FromWorker::Log { level, logger, text } => {
                log(&self.shared.name, self.link.pid, &level, &logger, &text);
                Ok(())
            }
            FromWorker::Pong => Ok(()),
            FromWorker::Hello(_) => {
                Err(WireError::NotAMessage { what: "greets a second time".to_owned() })
            }
        }
    }

    fn finish(&mut self, call: u64, result: Result<Value, Failure>) -> Result<(), WireError> {
        let Some(is_nested) = self.link.finish(call, result) else {
            let what = "answers a call that does not run".to_owned();
            return Err(WireError::NotAMessage { what });
        };
        self.age.n_calls += 1;
        if self.stopping.late().contains(&call) {
            self.age.is_unruly();
        }
        self.stopping.ended(call);
        match self.age.is_over() {
            Some(_) if !self.shared.closing.is_cancelled() => {
                // The other calls finish; then a fresh worker comes.
                self.shared.take_away(self.link.pid);
                if self.link.n_calls() == 0 && self.in_pool {
                    self.shared.ended(self.link.pid, Next::Fresh);
                    self.retire();
                }
            }
            _ if is_nested => {}
            _ => self.shared.give_back(self.link.clone()),
        }
        Ok(())
    }

    /// Asks the worker to stop a call that nobody waits for; until it has, its place is taken.
    fn cancel(&mut self, call: u64) {
        if !self.link.silence(call) {
            return;
        }
        if let Ok(frame) = to_worker::cancel(call) {
            self.link.send(frame);
        }
        self.stopping.ask(call);
    }

    /// Asks the worker to finish its calls and exit.
    fn drain(&mut self) {
        if let Ok(frame) = to_worker::drain() {
            self.link.send(frame);
        }
        let why = "it had not finished when the time for the shutdown was over";
        let at = Instant::now() + self.shared.drain_within();
        self.must_stop = Some(MustStop { at, why });
    }

    async fn exit_reason(&mut self, killed: Option<ExitReason>) -> ExitReason {
        let retired = || self.retiring.clone().map(|why| ExitReason::Recycled { why });
        let asked = match self.shared.closing.is_cancelled() {
            true => Some(ExitReason::Drained),
            false => retired(),
        };
        match timeout(LAST_WORDS, self.process.ended()).await {
            Ok(Ok(status)) => {
                let reason = ExitReason::new(status, killed.or(asked));
                match (&reason, self.process.outgrown_mb()) {
                    (ExitReason::Signal { number: KILL }, Some(megabytes)) => {
                        ExitReason::MemoryCgroup { megabytes }
                    }
                    (ExitReason::Signal { number: KILL }, None)
                        if self.shared.oom_kills.have_risen() =>
                    {
                        ExitReason::OutOfMemory
                    }
                    _ => reason,
                }
            }
            Ok(Err(why)) if killed.is_none() => ExitReason::Unknown { why },
            _ => {
                self.process.kill();
                killed.unwrap_or_else(|| self.process.killed("it closed its socket and went on"))
            }
        }
    }

    /// Adds the last line that the worker wrote to stderr, where it wrote any.
    async fn with_last_line(&mut self, reason: String) -> String {
        let read_all = async { while self.output.join_next().await.is_some() {} };
        let _ = timeout(LAST_OUTPUT, read_all).await;
        match self.link.stderr.last_line() {
            line if line.is_empty() => reason,
            line => format!("{reason}: {line}"),
        }
    }
}

impl Drop for Worker {
    /// When the pool is dropped, or this task panics, nobody is left waiting.
    fn drop(&mut self) {
        if self.in_pool {
            self.shared.ended(self.link.pid, Next::Nobody);
        }
        self.writer.abort_all();
        self.link.close(&Failure::Died(Death::other("the pool was dropped")), usize::MAX);
    }
}

async fn at(must_stop: Option<&MustStop>) -> &'static str {
    match must_stop {
        Some(must_stop) => {
            sleep_until(must_stop.at).await;
            must_stop.why
        }
        None => std::future::pending().await,
    }
}
