//! A supervised pool of Python workers.
//!
//! Workers start with the first call. One that dies is replaced; the call that was on it goes to
//! another worker where that does no harm, and fails with one typed error where it would.

mod age;
mod cgroup;
#[cfg(feature = "embed")]
mod embedded;
mod exit;
mod fork_server;
mod health;
mod kept;
mod lease;
mod link;
mod oom;
mod outbox;
mod platform;
mod process;
mod queue;
mod sessions;
mod shared;
mod slot;
mod spawner;
mod stats;
mod stopping;
mod traffic;
mod worker;

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use dspex_signature::Value;
use dspex_telemetry::{Event, Recorder};
use tokio::task::JoinSet;
use tokio::time::timeout;

pub use exit::ExitReason;
use kept::Pinned;
use lease::{Asked, Lease, Unavailable, Wish};
pub(crate) use link::{Asker, CallbackFailure, Callbacks, Failure, Source};
use link::{Cause, Death, Link, Sent};
use process::{Launch, Way};
use shared::Shared;
pub use stats::PoolStats;

use super::config::{PoolConfig, PythonConfig, PythonSource, Spawn};
use super::environment::Environment;
use super::package;
use crate::call::{CallContext, CallError, CallErrorKind, PathStep, TraceParent};

/// What to do when Python cannot be started.
pub(super) const SETUP_HINT: &str = "run `dspex setup`, or `cargo xtask setup` in a checkout";

/// How many workers may crash or grow too big under one call; then it is the call's doing. One may have
/// been so before the call came.
const MAX_DEATHS: u32 = 2;

/// Workers of one kind, and the calls that wait for them.
pub(crate) struct Pool {
    shared: Arc<Shared>,
    python: PythonConfig,
    launch: OnceLock<Launch>,
    /// The tasks that look after workers; dropping them kills the workers.
    slots: Mutex<JoinSet<()>>,
    next_call: AtomicU64,
}

/// A call as a pool takes it.
pub(crate) struct PoolCall {
    pub(crate) method: &'static str,
    /// Encoded once, sent at every attempt.
    pub(crate) parameters: Vec<u8>,
    /// Whether a second attempt does no harm.
    pub(crate) idempotent: bool,
    pub(crate) callbacks: Arc<dyn Callbacks>,
    /// Whether the result may refer to objects that the worker keeps.
    pub(crate) keeps: bool,
    /// The worker that has the objects among the parameters.
    pub(crate) pinned: Option<Pinned>,
}

/// A result, and how it came to be.
pub(crate) struct Answer {
    pub(crate) value: Value,
    /// Attempts on workers that died before.
    pub(crate) earlier: Vec<PathStep>,
}

/// A call that gave no result, and the worker that said so.
pub(crate) struct Refusal {
    pub(crate) failure: Failure,
    pub(crate) worker: u32,
    pub(crate) stderr_tail: String,
}

impl Pool {
    pub(crate) fn new(
        name: &str,
        config: PoolConfig,
        python: PythonConfig,
        recorder: Recorder,
    ) -> Self {
        let shared = Shared::new(name.to_owned(), config, python.allow.clone(), recorder);
        Self {
            shared: Arc::new(shared),
            python,
            launch: OnceLock::new(),
            slots: Mutex::default(),
            next_call: AtomicU64::new(1),
        }
    }

    /// Runs a call on a worker, and on another one when that dies and the call may be repeated.
    ///
    /// `explain` turns what a worker says into an error.
    pub(crate) async fn call(
        &self,
        call: &PoolCall,
        context: &CallContext,
        explain: impl Fn(Refusal) -> CallError,
    ) -> Result<Answer, CallError> {
        platform::check(std::env::consts::OS)?;
        let (mut earlier, mut n_deaths) = (Vec::new(), 0);
        loop {
            let begun = Instant::now();
            let attempt = context.bound(self.attempt(call, context)).await;
            let refusal = match attempt {
                Ok(Ok(value)) => return Ok(Answer { value, earlier }),
                Ok(Err(Attempted::NoWorker(kind))) => {
                    return Err(CallError::from(kind).with_path(earlier));
                }
                Err(stopped) => return Err(stopped.with_path(earlier)),
                Ok(Err(Attempted::Refused(refusal))) => refusal,
            };
            let reason = match &refusal.failure {
                Failure::NotStarted => continue,
                Failure::Raised(_) => return Err(explain(refusal).with_path(earlier)),
                Failure::Died(death) => {
                    n_deaths += u32::from(death.cause != Cause::Other);
                    death.reason.clone()
                }
                Failure::Protocol(error) => error.to_string(),
            };
            let step = format!("python worker {}", refusal.worker);
            earlier.push(PathStep::new(step, begun.elapsed(), Some(reason.clone())));
            let is_its_doing = n_deaths >= MAX_DEATHS;
            if call.idempotent && !is_its_doing && context.take_attempt() {
                self.report_retry(earlier.len() + 1, reason);
                continue;
            }
            let error = self.died(refusal.failure, is_its_doing.then_some(n_deaths));
            return Err(CallError::from(error).with_path(earlier));
        }
    }

    fn report_retry(&self, attempt: usize, reason: String) {
        self.shared.count_retry();
        let (pool, attempt) =
            (self.shared.name.clone(), u32::try_from(attempt).unwrap_or(u32::MAX));
        self.shared.recorder.record(Event::CallRetried { pool, attempt, reason });
    }

    async fn attempt(&self, call: &PoolCall, context: &CallContext) -> Result<Value, Attempted> {
        let only = call.pinned.as_ref();
        let may_run = |asker: &Arc<Link>| only.is_none_or(|only| only.is(asker));
        let (link, is_nested) = match self.asker(context).filter(may_run) {
            Some(asker) => (asker, true),
            None => {
                let lease = self.lease(context, only).await.map_err(Attempted::NoWorker)?;
                (lease.into_link(), false)
            }
        };
        let refused = |failure| {
            let (worker, stderr_tail) = (link.pid, link.stderr.text());
            Attempted::Refused(Refusal { failure, worker, stderr_tail })
        };
        let id = self.next_call.fetch_add(1, Ordering::Relaxed);
        let (method, parameters) = (call.method, &call.parameters);
        let traceparent = context.trace_parent().map(TraceParent::as_str);
        let sent = Sent { call: id, method, parameters, is_nested, traceparent };
        call.callbacks.begin_attempt();
        let running = link.start(&sent, call.callbacks.clone());
        let running = running.map_err(|failure| {
            if let (Failure::Protocol(_), false) = (&failure, is_nested) {
                // Nothing was sent, so no result will bring the worker back.
                self.shared.give_back(link.clone());
            }
            refused(failure)
        })?;
        self.shared.count_call();
        let result = running.result().await.map_err(refused)?;
        Ok(match call.keeps {
            true => kept::adopt(result, &self.shared.name, &link),
            false => result,
        })
    }

    /// The worker of this pool that waits for the call, where one does: the call runs on it, on a
    /// thread of its own, for a place of its own it might wait for ever.
    fn asker(&self, context: &CallContext) -> Option<Arc<Link>> {
        let links = context.askers().filter_map(|asker| asker.clone().downcast::<Link>().ok());
        let mut its = links.filter(|link| self.shared.has(link));
        its.next()
    }

    /// Waits for a worker: as long as workers are starting, then as long as the pool allows.
    async fn lease(
        &self,
        context: &CallContext,
        pinned: Option<&Pinned>,
    ) -> Result<Lease, CallErrorKind> {
        let begun = Instant::now();
        let launch = self.launch().map_err(|unavailable| unavailable.of(&self.shared.name))?;
        let wish = Wish { priority: context.priority(), session: context.session(), pinned };
        let (asked, more) = self.shared.ask(wish);
        self.start_slots(more, launch);
        let mut lease = match asked {
            Asked::Leased(lease) => return Ok(lease),
            Asked::Full => return Err(self.overloaded(Duration::ZERO)),
            Asked::Busy(session) => {
                let (pool, session) = (self.shared.name.clone(), session.to_string());
                return Err(CallErrorKind::SessionBusy { pool, session });
            }
            Asked::Refused(refused) => return Err(refused.of(&self.shared.name)),
            Asked::Queued(lease) => lease,
        };
        loop {
            match timeout(self.shared.config.lease_wait, &mut lease).await {
                Ok(Ok(Ok(lease))) => return Ok(lease),
                Ok(Ok(Err(refused))) => return Err(refused.of(&self.shared.name)),
                Ok(Err(_)) => return Err(self.overloaded(begun.elapsed())),
                Err(_) if self.shared.is_starting() => {}
                Err(_) => return Err(self.overloaded(begun.elapsed())),
            }
        }
    }

    fn start_slots(&self, n_slots: usize, launch: &Launch) {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        while slots.try_join_next().is_some() {}
        for _ in 0..n_slots {
            slots.spawn(slot::run(self.shared.clone(), launch.clone()));
        }
    }

    /// The interpreter and the worker package; looked for again as long as they are not there.
    fn launch(&self) -> Result<&Launch, Unavailable> {
        if let Some(launch) = self.launch.get() {
            return Ok(launch);
        }
        let launch = self.find_launch()?;
        Ok(self.launch.get_or_init(|| launch))
    }

    fn find_launch(&self) -> Result<Launch, Unavailable> {
        let config = &self.shared.config;
        let source = config.python.as_ref().unwrap_or(&self.python.source);
        let way = way(config, source)?;
        let python = match source {
            PythonSource::Interpreter(python) => python.clone(),
            PythonSource::Venv(venv) => {
                let environment = Environment::open(venv).map_err(|error| {
                    let hint = error.hint();
                    Unavailable { reason: error.to_string(), hint }
                })?;
                environment.python
            }
        };
        let package = package::unpack(&package::bases()).map_err(|error| {
            let reason = format!("the worker package cannot be unpacked: {error}");
            let hint = "set `XDG_CACHE_HOME` or `TMPDIR` to a directory of yours".to_owned();
            Unavailable { reason, hint }
        })?;
        Ok(Launch {
            pool: self.shared.name.clone(),
            python,
            package,
            search: self.python.search.clone(),
            memory_limit_mb: config.memory_limit_mb,
            cgroup: config.cgroup.clone(),
            threads: config.threads_per_worker,
            faults: config.faults,
            preload: config.preload.clone(),
            environment: config.environment.clone(),
            gpus: config.gpus.clone(),
            way,
        })
    }

    fn overloaded(&self, waited: Duration) -> CallErrorKind {
        let retry_after = self.shared.config.lease_wait;
        CallErrorKind::Overloaded { pool: self.shared.name.clone(), waited, retry_after }
    }

    /// The error of a call that a worker ended under; `n_deaths` where that is the call's doing.
    fn died(&self, failure: Failure, n_deaths: Option<u32>) -> CallErrorKind {
        let pool = self.shared.name.clone();
        let (reason, cause) = match failure {
            Failure::Died(Death { reason, cause }) => (reason, cause),
            Failure::Protocol(error) => {
                return CallErrorKind::Protocol { message: error.to_string() };
            }
            Failure::NotStarted | Failure::Raised(_) => unreachable!("no worker ended"),
        };
        match (cause, n_deaths) {
            (Cause::Memory, _) => CallErrorKind::MemoryLimit { pool, reason },
            (_, Some(n_workers)) => CallErrorKind::Poison { pool, n_workers, reason },
            (_, None) => CallErrorKind::WorkerDied { pool, reason },
        }
    }

    /// The worker on which these parameters can be read, where they refer to objects.
    ///
    /// # Errors
    /// Objects that no one worker of this pool has.
    pub(crate) fn pinned(&self, parameters: &Value) -> Result<Option<Pinned>, CallErrorKind> {
        kept::pinned(parameters, &self.shared.name)
    }

    /// The pool's figures now.
    pub(crate) fn stats(&self) -> PoolStats {
        self.shared.stats()
    }

    /// Stops admitting, lets calls that run finish within the time, ends the workers.
    pub(crate) async fn shutdown(&self, within: Duration) {
        self.shared.close(within);
        let mut slots = {
            let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
            std::mem::take(&mut *slots)
        };
        while slots.join_next().await.is_some() {}
    }
}

/// The way in which a pool starts its workers.
fn way(config: &PoolConfig, source: &PythonSource) -> Result<Way, Unavailable> {
    match (config.spawn, source) {
        (Spawn::ForkServer, _) => Ok(Way::Forked(Arc::default())),
        (Spawn::Cold, _) => Ok(Way::Cold),
        #[cfg(feature = "embed")]
        (Spawn::Embedded, _) => embedded::way(config, source),
        #[cfg(not(feature = "embed"))]
        (Spawn::Embedded, _) => Err(Unavailable {
            reason: "this program was built without the feature `embed`".to_owned(),
            hint: "build it with that feature, or leave `spawn` out".to_owned(),
        }),
    }
}

/// Why an attempt gave no result.
enum Attempted {
    /// No worker came.
    NoWorker(CallErrorKind),
    /// A worker was called.
    Refused(Refusal),
}

impl fmt::Debug for Pool {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, stats) = (&self.shared.name, self.stats());
        formatter.debug_struct("Pool").field("name", name).field("stats", &stats).finish()
    }
}
