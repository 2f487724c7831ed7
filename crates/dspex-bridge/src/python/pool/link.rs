//! One worker as its callers see it: calls go in, their results come back.

use std::any::Any;
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use dspex_signature::Value;
use tokio::sync::{mpsc, oneshot};
use tokio::task::AbortHandle;

use super::kept;
use super::outbox::Outbox;
use crate::python::wire::{Raised, WireError, to_worker};
use crate::stderr::StderrTail;

/// Answers what a running call asks of Rust.
#[async_trait]
pub(crate) trait Callbacks: Send + Sync + 'static {
    /// An attempt begins; the one before asks nothing any more.
    fn begin_attempt(&self) {}

    /// Takes a piece of the result, for which `source` can be given credit; `false` where none was
    /// given for it.
    fn chunk(&self, _chunk: Value, _source: Source) -> bool {
        false
    }

    /// The answer to one question; many may be asked at once.
    async fn answer(
        &self,
        method: &str,
        parameters: Value,
        asker: Asker,
    ) -> Result<Value, CallbackFailure>;
}

/// The call that sends pieces of its result.
pub(crate) struct Source {
    link: Arc<Link>,
    call: u64,
}

impl Source {
    pub(super) const fn new(link: Arc<Link>, call: u64) -> Self {
        Self { link, call }
    }

    /// Lets the call send so many pieces more.
    pub(crate) fn grant(&self, n_chunks: usize) {
        if let Ok(frame) = to_worker::credit(self.call, n_chunks) {
            self.link.send(frame);
        }
    }
}

/// The worker that asks, and waits for the answer.
pub(crate) type Asker = Arc<dyn Any + Send + Sync>;

/// Why a callback has no answer.
#[derive(Clone, Debug)]
pub(crate) struct CallbackFailure {
    /// A short name that Python can match on.
    pub(crate) kind: &'static str,
    pub(crate) message: String,
}

/// How a call on a worker failed.
#[derive(Clone, Debug)]
pub(crate) enum Failure {
    /// Python raised an exception.
    Raised(Box<Raised>),
    /// The worker ended before the result came.
    Died(Death),
    /// The worker sent something that is not in the protocol, and was killed for it.
    Protocol(WireError),
    /// The worker had ended before the call reached it.
    NotStarted,
}

/// How a worker ended under a call.
#[derive(Clone, Debug)]
pub(crate) struct Death {
    pub(crate) reason: String,
    pub(crate) cause: Cause,
}

/// What a worker's end says of the call that was on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    /// It crashed, which may be the call's doing.
    Crash,
    /// It held more memory than it may.
    Memory,
    /// Nothing.
    Other,
}

impl Death {
    pub(super) fn other(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), cause: Cause::Other }
    }
}

/// What callers tell the task that looks after the worker.
pub(super) enum Control {
    /// Nobody waits for this call any more.
    Abandon { call: u64 },
}

/// A worker that can be called. Shared by its callers and the task that looks after it.
pub(super) struct Link {
    pub(super) pid: u32,
    pub(super) stderr: StderrTail,
    outbox: Arc<Outbox>,
    control: mpsc::UnboundedSender<Control>,
    state: Mutex<State>,
    /// Objects that it keeps for values of Rust's.
    pub(super) n_kept: AtomicUsize,
}

#[derive(Default)]
struct State {
    is_closed: bool,
    /// The calls that run: few, in the order of their start.
    calls: Vec<InFlight>,
}

/// A call that runs.
struct InFlight {
    call: u64,
    /// Whether another call of this worker waits for it.
    is_nested: bool,
    reply: oneshot::Sender<Result<Value, Failure>>,
    callbacks: Arc<dyn Callbacks>,
    asking: Vec<AbortHandle>,
}

/// A call as a worker is sent it.
pub(super) struct Sent<'c> {
    pub(super) call: u64,
    pub(super) method: &'c str,
    pub(super) parameters: &'c [u8],
    /// Whether another call of this worker waits for it, which has the worker's thread.
    pub(super) is_nested: bool,
    /// The trace that it belongs to.
    pub(super) traceparent: Option<&'c str>,
}

impl Link {
    pub(super) fn new(
        pid: u32,
        stderr: StderrTail,
        outbox: Arc<Outbox>,
        control: mpsc::UnboundedSender<Control>,
    ) -> Self {
        let (state, n_kept) = (Mutex::default(), AtomicUsize::new(0));
        Self { pid, stderr, outbox, control, state, n_kept }
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends a call; its result is awaited on what is returned.
    pub(super) fn start(
        self: &Arc<Self>,
        sent: &Sent<'_>,
        callbacks: Arc<dyn Callbacks>,
    ) -> Result<RunningCall, Failure> {
        let Sent { call, method, parameters, is_nested, traceparent } = *sent;
        let frame = to_worker::call(call, method, parameters, is_nested, traceparent);
        let frame = frame.map_err(Failure::Protocol)?;
        let (reply, result) = oneshot::channel();
        let mut state = self.state();
        if state.is_closed || !self.outbox.send(frame) {
            return Err(Failure::NotStarted);
        }
        state.calls.push(InFlight { call, is_nested, reply, callbacks, asking: Vec::new() });
        Ok(RunningCall { link: self.clone(), call, result, over: false })
    }

    /// Sends a frame; one to a worker that has ended is lost, and its caller learns of the end.
    pub(super) fn send(&self, frame: Vec<u8>) {
        self.outbox.send(frame);
    }

    /// Hands the result to the caller, and says whether the call was nested; nothing when no such call
    /// runs.
    pub(super) fn finish(&self, call: u64, result: Result<Value, Failure>) -> Option<bool> {
        let in_flight = {
            let mut state = self.state();
            let position = state.position(call)?;
            state.calls.remove(position)
        };
        let is_nested = in_flight.is_nested;
        if let Some(Ok(unwanted)) = in_flight.end(result) {
            kept::disown(&unwanted, self);
        }
        Some(is_nested)
    }

    /// Who answers the questions of this call; `None` when no such call runs.
    pub(super) fn callbacks(&self, call: u64) -> Option<Arc<dyn Callbacks>> {
        self.state().running(call).map(|in_flight| in_flight.callbacks.clone())
    }

    /// Notes a question that is being answered, to be dropped with its call.
    pub(super) fn asking(&self, call: u64, question: AbortHandle) {
        match self.state().running(call) {
            Some(in_flight) => {
                in_flight.asking.retain(|earlier| !earlier.is_finished());
                in_flight.asking.push(question);
            }
            None => question.abort(),
        }
    }

    /// Stops answering the questions of a call; `false` when it is over already.
    pub(super) fn silence(&self, call: u64) -> bool {
        let mut state = self.state();
        let running = state.running(call);
        running.map(|call| call.asking.drain(..).for_each(|question| question.abort())).is_some()
    }

    /// Takes no more calls, and fails those that run: all but the first `n_run` can only have been sent
    /// ahead, and go elsewhere.
    pub(super) fn close(&self, failure: &Failure, n_run: usize) {
        let calls = {
            let mut state = self.state();
            state.is_closed = true;
            std::mem::take(&mut state.calls)
        };
        let mut n_apart = 0;
        for in_flight in calls {
            n_apart += usize::from(!in_flight.is_nested);
            in_flight.end(Err(match n_apart > n_run {
                true => Failure::NotStarted,
                false => failure.clone(),
            }));
        }
    }

    /// How many calls run.
    pub(super) fn n_calls(&self) -> usize {
        self.state().calls.len()
    }

    /// How many calls run that have nothing to do with one another.
    pub(super) fn n_apart(&self) -> usize {
        self.state().calls.iter().filter(|in_flight| !in_flight.is_nested).count()
    }

    /// Whether no calls run but these.
    pub(super) fn runs_only(&self, calls: &[u64]) -> bool {
        self.state().calls.iter().all(|in_flight| calls.contains(&in_flight.call))
    }
}

impl State {
    fn position(&self, call: u64) -> Option<usize> {
        self.calls.iter().position(|in_flight| in_flight.call == call)
    }

    fn running(&mut self, call: u64) -> Option<&mut InFlight> {
        self.calls.iter_mut().find(|in_flight| in_flight.call == call)
    }
}

impl InFlight {
    /// Hands over the result; it comes back where nobody wants it.
    fn end(self, result: Result<Value, Failure>) -> Option<Result<Value, Failure>> {
        self.asking.iter().for_each(AbortHandle::abort);
        // A caller that has gone abandoned the call.
        self.reply.send(result).err()
    }
}

/// A call that runs; dropping it abandons the call.
pub(super) struct RunningCall {
    link: Arc<Link>,
    call: u64,
    result: oneshot::Receiver<Result<Value, Failure>>,
    over: bool,
}

impl RunningCall {
    /// Waits for the result.
    pub(super) async fn result(mut self) -> Result<Value, Failure> {
        let result = (&mut self.result).await;
        self.over = true;
        // The task that looks after the worker was dropped, and the worker with it.
        result.unwrap_or_else(|_| Err(Failure::Died(Death::other("the pool was dropped"))))
    }
}

impl Drop for RunningCall {
    fn drop(&mut self) {
        if !self.over {
            // The result may have come, with nobody to take it; one that comes from here on is given
            // back to whoever sends it.
            self.result.close();
            if let Ok(Ok(unwanted)) = self.result.try_recv() {
                kept::disown(&unwanted, &self.link);
            }
            let _ = self.link.control.send(Control::Abandon { call: self.call });
        }
    }
}
