//! What is done to workers, each kind a row.

use std::time::Duration;

use dspex_bridge::python::PythonEngine;
use dspex_signature::Value;
use rustix::process::{Pid, Signal, kill_process};

use crate::random::Random;
use crate::workers::{MEMORY_LIMIT_MB, context, process, stats};

/// How a worker is hurt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fault {
    /// A signal from outside, to any worker.
    Signalled(Signaller),
    /// A signal to the process that workers are forked from.
    ServerKilled,
    /// A call that does it, and what it is told.
    Called(&'static str, Told),
}

/// A signal that tests send.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Signaller {
    Kill,
    /// To a worker that waits for a model.
    KillInCall,
    Stop,
}

/// What a call is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Told {
    Nothing,
    ExitCode,
    TooManyBytes,
    Forever,
}

/// Every kind. A segmentation fault is always a call's own: one from outside could not be told from it, and
/// two would be its doing. The last three come to light by a look or a deadline only, seconds later.
pub(crate) const FAULTS: [(&str, Fault); 13] = [
    ("SIGKILL", Fault::Signalled(Signaller::Kill)),
    ("SIGKILL in a call", Fault::Signalled(Signaller::KillInCall)),
    ("fork server killed", Fault::ServerKilled),
    ("segfault", Fault::Called("faults.segfault", Told::Nothing)),
    ("os._exit", Fault::Called("faults.exit", Told::ExitCode)),
    ("memory hog", Fault::Called("faults.allocate", Told::TooManyBytes)),
    ("closed socket", Fault::Called("faults.close", Told::Nothing)),
    ("garbage", Fault::Called("faults.garbage", Told::Nothing)),
    ("truncated frame", Fault::Called("faults.truncate", Told::Nothing)),
    ("1 GB frame header", Fault::Called("faults.gigabyte", Told::Nothing)),
    ("shared memory hog", Fault::Called("faults.share", Told::TooManyBytes)),
    ("SIGSTOP", Fault::Signalled(Signaller::Stop)),
    ("endless C loop", Fault::Called("faults.spin", Told::Forever)),
];

/// How many of the kinds are noticed at once.
pub(crate) const N_NOTICED_AT_ONCE: usize = 10;

/// How long a call that does not end may take.
const PATIENCE: Duration = Duration::from_millis(300);

impl Fault {
    /// Does it, and gives the kind of error that a call which did it ended in.
    pub(crate) async fn happen(
        self,
        engine: &PythonEngine,
        random: &mut Random,
    ) -> Option<&'static str> {
        match self {
            Self::Signalled(signaller) => {
                signaller.send(engine, random).await;
                None
            }
            Self::ServerKilled => {
                let worker = stats(engine).pids.first().copied();
                if let Some((server, _)) = worker.and_then(process)
                    && server != std::process::id()
                {
                    send(server, Signal::KILL);
                }
                None
            }
            Self::Called(method, told) => {
                let told: Value = match told {
                    Told::Nothing => Value::Null,
                    Told::ExitCode => 7.into(),
                    Told::TooManyBytes => (MEMORY_LIMIT_MB * 2_000_000).cast_signed().into(),
                    Told::Forever => 10_000_000_000_000_i64.into(),
                };
                // One that may be held up elsewhere has time to get a worker first.
                let context = context().within(Duration::from_secs(20));
                let call = engine.fault(method, told, false, &context);
                let ended = match method {
                    "faults.spin" => tokio::time::timeout(PATIENCE, call).await.ok()?,
                    _ => call.await,
                };
                ended.err().map(|error| error.kind().name())
            }
        }
    }
}

impl Signaller {
    async fn send(self, engine: &PythonEngine, random: &mut Random) {
        if self == Self::KillInCall {
            let busy = async {
                while stats(engine).busy == 0 {
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
            };
            let _ = tokio::time::timeout(Duration::from_secs(1), busy).await;
        }
        let pids = stats(engine).pids;
        if pids.is_empty() {
            return;
        }
        let signal = match self {
            Self::Kill | Self::KillInCall => Signal::KILL,
            Self::Stop => Signal::STOP,
        };
        send(random.choose(&pids), signal);
    }
}

/// Sends a signal to a worker of this program.
pub(crate) fn send(pid: u32, signal: Signal) {
    if let Some(pid) = Pid::from_raw(pid.cast_signed()) {
        let _ = kill_process(pid, signal);
    }
}
