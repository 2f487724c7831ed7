//! What a pool's callers and its workers' tasks share: idle workers and waiting calls.

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};
use std::time::Duration;

use dspex_telemetry::Recorder;
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

use super::kept::Pinned;
use super::lease::{Asked, Lease, NoWorker, Unavailable, Wish};
use super::link::Link;
use super::oom::OomKills;
use super::queue::Queue;
use super::sessions::Sessions;
use super::stats::PoolStats;
use crate::call::{Affinity, InSession};
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
    /// A place for each call that a worker could run beside those that it runs.
    idle: Vec<Arc<Link>>,
    /// A place for each call that could be sent to a worker ahead of its turn.
    ahead: Vec<Arc<Link>>,
    waiting: Queue<Waiter>,
    workers: BTreeMap<u32, Arc<Link>>,
    sessions: Sessions<Weak<Link>>,
    /// Tasks that look after a worker or are starting one.
    slots: usize,
    starting: usize,
    failed_starts: u32,
    stats: PoolStats,
}

/// A call that waits for a worker.
struct Waiter {
    reply: oneshot::Sender<Result<Lease, NoWorker>>,
    session: Option<Arc<str>>,
    /// The only worker that will do.
    only: Option<Arc<Link>>,
    /// Where an object that it keeps is why.
    pinned: Option<Pinned>,
}

impl Waiter {
    fn takes(&self, link: &Arc<Link>) -> bool {
        self.only.as_ref().is_none_or(|only| Arc::ptr_eq(only, link))
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
    pub(super) fn ask(self: &Arc<Self>, wish: Wish<'_>) -> (Asked, usize) {
        let mut state = self.state();
        let asked = self.find(&mut state, wish);
        let more = match asked {
            Asked::Leased(_) | Asked::Queued(_) => self.missing(&state),
            Asked::Full | Asked::Busy(_) | Asked::Refused(_) => 0,
        };
        state.slots += more;
        state.starting += more;
        (asked, more)
    }

    fn find(self: &Arc<Self>, state: &mut State, wish: Wish<'_>) -> Asked {
        let Wish { priority, session, pinned } = wish;
        if self.closing.is_cancelled() {
            return Asked::Refused(NoWorker::Unavailable(stopped()));
        }
        let its = match pinned {
            Some(pinned) => match pinned.link().filter(|link| state.has(link)) {
                Some(link) => Some(Its::Worker(link)),
                None => return Asked::Refused(NoWorker::ObjectLost(pinned.clone())),
            },
            None => session.and_then(|session| state.worker_of(session)),
        };
        let is_required =
            pinned.is_some() || session.is_some_and(|session| session.affinity.is_required());
        let only = match (session, its) {
            (Some(InSession { session, .. }), Some(Its::Ended)) if is_required => {
                state.sessions.forget(session);
                return Asked::Refused(NoWorker::SessionLost(session.clone()));
            }
            (_, Some(Its::Worker(link))) => Some(link),
            _ => None,
        };
        let name = session.map(|session| &session.session);
        if let Some(lease) = self.take(state, only.as_ref(), is_required, name) {
            return Asked::Leased(lease);
        }
        let only = only.filter(|_| is_required);
        if let (Some(InSession { session, affinity: Affinity::RequireOrFail }), Some(_), None) =
            (session, &only, pinned)
        {
            return Asked::Busy(session.clone());
        }
        state.waiting.retain(|waiter| !waiter.reply.is_closed());
        if state.waiting.len() >= self.config.queue_length {
            return Asked::Full;
        }
        let (reply, lease) = oneshot::channel();
        let (session, pinned) = (name.cloned(), pinned.cloned());
        state.waiting.push(priority, Waiter { reply, session, only, pinned });
        Asked::Queued(lease)
    }

    /// A place on this worker, or on the one that does least where none is named or another will do.
    fn take(
        self: &Arc<Self>,
        state: &mut State,
        wanted: Option<&Arc<Link>>,
        is_required: bool,
        session: Option<&Arc<str>>,
    ) -> Option<Lease> {
        let is_wanted = |link: &Arc<Link>| wanted.is_some_and(|wanted| Arc::ptr_eq(wanted, link));
        let may_be_any = wanted.is_none() || !is_required;
        let (places, _) = self.places(state)?;
        let position = places.iter().rposition(is_wanted);
        let any = || match self.config.threads_per_worker + self.config.read_ahead {
            // All that are free do nothing; the one that was called last is the warmest.
            1 => places.len().checked_sub(1),
            _ => (0..places.len()).min_by_key(|position| places[*position].n_calls()),
        };
        let position = position.or_else(|| any().filter(|_| may_be_any))?;
        let link = places.remove(position);
        if let Some(session) = session {
            state.sessions.called(session, Arc::downgrade(&link));
        }
        Some(Lease::new(link, self.clone()))
    }

    /// The places that may be given, where a call would run at once or else would be sent ahead, and
    /// the calls that wait for one.
    fn places<'s>(
        &self,
        state: &'s mut State,
    ) -> Option<(&'s mut Vec<Arc<Link>>, &'s mut Queue<Waiter>)> {
        let runs_at_once = self.has_room(state) && !state.idle.is_empty();
        let all_run = state.starting == 0 && state.workers.len() >= self.config.max_workers();
        let State { idle, ahead, waiting, .. } = state;
        match runs_at_once {
            true => Some((idle, waiting)),
            false => all_run.then_some((ahead, waiting)),
        }
    }

    /// Whether one more call may run; spare workers add none.
    fn has_room(&self, state: &State) -> bool {
        let threads = self.config.threads_per_worker;
        let n_running = (state.workers.len() * threads).saturating_sub(state.idle.len());
        n_running < self.config.max_workers() * threads
    }

    /// How many workers should be started: at the first call as many as are wanted in any case, later
    /// one for each call that waits, and always the spare ones.
    fn missing(&self, state: &State) -> usize {
        let (config, threads) = (&self.config, self.config.threads_per_worker);
        let floor = (*config.n_workers.start() + config.warm_spares).saturating_sub(state.slots);
        let waiting = state.waiting.len().div_ceil(threads).saturating_sub(state.starting);
        let ready = state.idle.len() / threads + state.starting;
        let spares = config.warm_spares.saturating_sub(ready);
        let room = (config.max_workers() + config.warm_spares).saturating_sub(state.slots);
        floor.max(waiting).max(spares).min(room)
    }

    /// A call of this worker is over: the next one that waits takes its place.
    pub(super) fn give_back(self: &Arc<Self>, link: Arc<Link>) {
        let mut state = self.state();
        if state.has(&link) {
            self.free(&mut state, link);
            self.serve(&mut state);
        }
    }

    /// Notes that a worker has one call less: it can run another one, or be sent one ahead.
    fn free(&self, state: &mut State, link: Arc<Link>) {
        let n_ahead = state.ahead.iter().filter(|ahead| Arc::ptr_eq(ahead, &link)).count();
        match n_ahead < self.config.read_ahead {
            true => state.ahead.push(link),
            false => state.idle.push(link),
        }
    }

    /// Gives idle workers to calls that wait.
    fn serve(self: &Arc<Self>, state: &mut State) {
        while let Some((places, waiting)) = self.places(state) {
            let next = waiting.pop(|waiter| places.iter().any(|link| waiter.takes(link)));
            let Some(Waiter { reply, session, only, .. }) = next else { return };
            let lease = self.take(state, only.as_ref(), true, session.as_ref());
            let lease = lease.expect("a place that fits is idle");
            if let Err(Ok(returned)) = reply.send(Ok(lease)) {
                // The call has gone; the lease must not be dropped here, where the state is locked.
                self.free(state, returned.into_link());
            }
        }
    }

    /// Whether this is one of the pool's workers, which still runs.
    pub(super) fn has(&self, link: &Arc<Link>) -> bool {
        self.state().has(link)
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

    /// Takes note of a worker that is ready, and gives it its first calls.
    pub(super) fn started(self: &Arc<Self>, link: &Arc<Link>) {
        let mut state = self.state();
        state.starting -= 1;
        state.failed_starts = 0;
        state.stats.started += 1;
        state.workers.insert(link.pid, link.clone());
        let places = std::iter::repeat_n(link.clone(), self.config.threads_per_worker);
        state.idle.extend(places);
        state.ahead.extend(std::iter::repeat_n(link.clone(), self.config.read_ahead));
        self.serve(&mut state);
    }

    /// Gives a worker no further call; those that run go on.
    pub(super) fn take_away(self: &Arc<Self>, pid: u32) {
        self.remove(&mut self.state(), pid);
    }

    fn remove(self: &Arc<Self>, state: &mut State, pid: u32) {
        let Some(link) = state.workers.remove(&pid) else { return };
        state.idle.retain(|idle| !Arc::ptr_eq(idle, &link));
        state.ahead.retain(|ahead| !Arc::ptr_eq(ahead, &link));
        let is_its = |waiter: &Waiter| waiter.only.is_some() && waiter.takes(&link);
        for Waiter { reply, session, pinned, .. } in state.waiting.take(is_its) {
            let lost = match pinned {
                Some(pinned) => NoWorker::ObjectLost(pinned),
                None => {
                    let session = session.expect("only a session or an object wants one worker");
                    state.sessions.forget(&session);
                    NoWorker::SessionLost(session)
                }
            };
            let _ = reply.send(Err(lost));
        }
        self.serve(state);
    }

    /// Takes a worker out; `next` says who takes its place.
    pub(super) fn ended(self: &Arc<Self>, pid: u32, next: Next) {
        self.end(&mut self.state(), pid, next);
    }

    fn end(self: &Arc<Self>, state: &mut State, pid: u32, next: Next) {
        self.remove(state, pid);
        state.stats.crashed += u64::from(next == Next::AfterCrash);
        state.stats.recycled += u64::from(next == Next::Fresh);
        match next {
            Next::Nobody => state.slots -= 1,
            Next::AfterCrash | Next::Fresh => state.starting += 1,
        }
    }

    /// Takes a worker out in whose place a fresh one comes, where no call has it; `false` where one
    /// has.
    pub(super) fn take_out(self: &Arc<Self>, pid: u32) -> bool {
        let mut state = self.state();
        let n_idle = state.idle.iter().filter(|link| link.pid == pid).count();
        let may = n_idle == self.config.threads_per_worker && !self.closing.is_cancelled();
        if may {
            self.end(&mut state, pid, Next::Fresh);
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
            busy: state.workers.values().filter(|link| link.n_calls() > 0).count(),
            starting: state.starting,
            kept: state.workers.values().map(|link| link.n_kept.load(Ordering::Relaxed)).sum(),
            waiting: state.waiting.iter().filter(|waiter| !waiter.reply.is_closed()).count(),
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
    let waiting = state.waiting.take(|_| true);
    drop(state);
    for waiter in waiting {
        let _ = waiter.reply.send(Err(NoWorker::Unavailable(unavailable.clone())));
    }
}

/// What became of a session's worker.
enum Its {
    Worker(Arc<Link>),
    Ended,
}

impl State {
    /// Whether this is a worker of the pool; another process may have its id by now.
    fn has(&self, link: &Arc<Link>) -> bool {
        self.workers.get(&link.pid).is_some_and(|known| Arc::ptr_eq(known, link))
    }

    /// The worker of a session that has called before.
    fn worker_of(&self, InSession { session, affinity }: &InSession) -> Option<Its> {
        let known = self.sessions.worker(session).filter(|_| *affinity != Affinity::None)?;
        let link = known.upgrade().filter(|link| self.has(link));
        Some(link.map_or(Its::Ended, Its::Worker))
    }
}
