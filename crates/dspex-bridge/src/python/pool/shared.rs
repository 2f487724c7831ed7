//! What a pool's callers and its workers' tasks share: idle workers and waiting calls.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use dspex_telemetry::Recorder;
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

use super::link::Link;
use super::oom::OomKills;
use super::stats::PoolStats;
use crate::call::CallErrorKind;
use crate::python::PoolConfig;

/// How many starts may fail in a row before waiting calls are told that the pool cannot serve.
const MAX_FAILED_STARTS: u32 = 3;

/// One pool's name, settings and state.
pub(super) struct Shared {
    pub(super) name: String,
    pub(super) config: PoolConfig,
    pub(super) allow: Vec<String>,
    pub(super) recorder: Recorder,
    pub(super) oom_kills: OomKills,
    /// Cancelled when the pool stops admitting.
    pub(super) closing: CancellationToken,
    /// How long workers may go on once the pool closes.
    drain_within: OnceLock<Duration>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    idle: Vec<Arc<Link>>,
    waiting: VecDeque<Waiter>,
    workers: BTreeMap<u32, Arc<Link>>,
    /// Tasks that look after a worker or are starting one.
    slots: usize,
    starting: usize,
    failed_starts: u32,
    stats: PoolStats,
}

type Waiter = oneshot::Sender<Result<Lease, Unavailable>>;

/// Why a pool cannot serve.
#[derive(Clone, Debug)]
pub(crate) struct Unavailable {
    pub(crate) reason: String,
    pub(crate) hint: String,
}

impl Unavailable {
    pub(super) fn of(self, pool: &str) -> CallErrorKind {
        CallErrorKind::PoolUnavailable {
            pool: pool.to_owned(),
            reason: self.reason,
            hint: self.hint,
        }
    }
}

/// Who takes the place of a worker that is taken out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    Nobody,
    /// Another one, for this one crashed.
    AfterCrash,
    /// A fresh one, for this one has served long enough.
    Fresh,
}

/// What asking for a worker gives.
pub(super) enum Asked {
    /// A worker.
    Leased(Lease),
    /// A place in the queue.
    Queued(oneshot::Receiver<Result<Lease, Unavailable>>),
    /// The queue is full.
    Full,
    /// No worker will come.
    Unavailable(Unavailable),
}

/// A worker that nobody else calls; given back when it is dropped without having been called.
pub(super) struct Lease {
    link: Option<Arc<Link>>,
    shared: Arc<Shared>,
}

impl Lease {
    /// The worker. Once called it comes back with the result, not with the lease.
    pub(super) fn into_link(mut self) -> Arc<Link> {
        self.link.take().expect("a lease holds its worker until here")
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if let Some(link) = self.link.take() {
            self.shared.give_back(link);
        }
    }
}

impl Shared {
    pub(super) fn new(
        name: String,
        config: PoolConfig,
        allow: Vec<String>,
        recorder: Recorder,
    ) -> Self {
        let closing = CancellationToken::new();
        Self {
            name,
            config,
            allow,
            recorder,
            oom_kills: OomKills::new(),
            closing,
            drain_within: OnceLock::new(),
            state: Mutex::default(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks for a worker, and tells how many more should be started.
    pub(super) fn ask(self: &Arc<Self>) -> (Asked, usize) {
        let mut state = self.state();
        if self.closing.is_cancelled() {
            return (Asked::Unavailable(stopped()), 0);
        }
        if let Some(link) = state.idle.pop() {
            return (Asked::Leased(Lease { link: Some(link), shared: self.clone() }), 0);
        }
        state.waiting.retain(|waiter| !waiter.is_closed());
        if state.waiting.len() >= self.config.queue_length {
            return (Asked::Full, 0);
        }
        let (waiter, lease) = oneshot::channel();
        state.waiting.push_back(waiter);
        // At the first call as many as are wanted in any case; later one for each call that waits.
        let wanted = state.waiting.len().max(*self.config.n_workers.start());
        let missing = wanted.saturating_sub(state.starting);
        let room = self.config.max_workers().saturating_sub(state.slots);
        let more = missing.min(room);
        state.slots += more;
        state.starting += more;
        (Asked::Queued(lease), more)
    }

    /// Hands a worker to the next call that waits, or lets it idle.
    pub(super) fn give_back(self: &Arc<Self>, link: Arc<Link>) {
        let mut state = self.state();
        if !state.workers.contains_key(&link.pid) {
            return;
        }
        let mut lease = Lease { link: Some(link), shared: self.clone() };
        while let Some(waiter) = state.waiting.pop_front() {
            match waiter.send(Ok(lease)) {
                Ok(()) => return,
                // The call has gone; the lease must not be dropped here, where the state is locked.
                Err(Ok(returned)) => lease = returned,
                Err(Err(_)) => unreachable!("what was sent comes back"),
            }
        }
        state.idle.push(lease.into_link());
    }

    /// Whether workers are starting now.
    pub(super) fn is_starting(&self) -> bool {
        self.state().starting > 0
    }

    pub(super) fn count_call(&self) {
        self.state().stats.calls += 1;
    }

    pub(super) fn count_retry(&self) {
        self.state().stats.retries += 1;
    }

    /// Takes note of a worker that is ready, and gives it its first call.
    pub(super) fn started(self: &Arc<Self>, link: Arc<Link>) {
        {
            let mut state = self.state();
            state.starting -= 1;
            state.failed_starts = 0;
            state.stats.started += 1;
            state.workers.insert(link.pid, link.clone());
        }
        self.give_back(link);
    }

    /// Takes a worker out; `next` says who takes its place.
    pub(super) fn ended(&self, pid: u32, next: Next) {
        let mut state = self.state();
        state.workers.remove(&pid);
        state.idle.retain(|link| link.pid != pid);
        state.stats.crashed += u64::from(next == Next::AfterCrash);
        state.stats.recycled += u64::from(next == Next::Fresh);
        match next {
            Next::Nobody => state.slots -= 1,
            Next::AfterCrash | Next::Fresh => state.starting += 1,
        }
    }

    /// Takes a worker out in whose place a fresh one comes, where no call has it; `false` where one
    /// has.
    pub(super) fn take_out(&self, pid: u32) -> bool {
        let is_idle = self.state().idle.iter().any(|link| link.pid == pid);
        let may = is_idle && !self.closing.is_cancelled();
        if may {
            self.ended(pid, Next::Fresh);
        }
        may
    }

    /// Takes note of a start that failed; `true` when the slot should try again.
    pub(super) fn start_failed(&self, unavailable: &Unavailable) -> bool {
        let mut state = self.state();
        state.failed_starts += 1;
        let again = state.failed_starts < MAX_FAILED_STARTS && !self.closing.is_cancelled();
        if !again {
            state.starting -= 1;
            state.slots -= 1;
            if state.slots == 0 {
                // The next call may try afresh: what was missing may be there by then.
                state.failed_starts = 0;
                refuse(state, unavailable);
            }
        }
        again
    }

    /// Stops admitting: calls that wait are refused, calls that run go on.
    pub(super) fn close(&self, within: Duration) {
        let _ = self.drain_within.set(within);
        self.closing.cancel();
        refuse(self.state(), &stopped());
    }

    pub(super) fn drain_within(&self) -> Duration {
        self.drain_within.get().copied().unwrap_or_default()
    }

    pub(super) fn stats(&self) -> PoolStats {
        let state = self.state();
        PoolStats {
            pids: state.workers.keys().copied().collect(),
            busy: state.workers.values().filter(|link| link.is_busy()).count(),
            starting: state.starting,
            waiting: state.waiting.iter().filter(|waiter| !waiter.is_closed()).count(),
            ..state.stats.clone()
        }
    }
}

fn stopped() -> Unavailable {
    Unavailable {
        reason: "it is shutting down".to_owned(),
        hint: "make no calls after `shutdown`".to_owned(),
    }
}

fn refuse(mut state: MutexGuard<'_, State>, unavailable: &Unavailable) {
    let waiting = std::mem::take(&mut state.waiting);
    drop(state);
    for waiter in waiting {
        let _ = waiter.send(Err(unavailable.clone()));
    }
}
