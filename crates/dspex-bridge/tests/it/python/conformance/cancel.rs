//! Calls that their callers give up, at every point of their way: each ends in one typed result, and the
//! worker serves the next one.

use std::time::{Duration, Instant};

use async_trait::async_trait;
use dspex_bridge::llm::{Completion, CompletionRequest, LanguageModel, LmError, ScriptedModel};
use dspex_bridge::{CallContext, CallError, CallErrorKind, ModuleKind};
use dspex_signature::{Value, fields};
use dspex_telemetry::Recorder;

use super::super::Workers;
use super::super::supervision::until;
use super::{Carrier, on_every_carrier};

on_every_carrier! {
    before_a_worker_is_free,
    while_it_is_sent_ahead,
    in_python_code,
    while_a_question_is_open,
    as_it_begins_and_while_it_answers,
}

/// How callers give up.
#[derive(Clone, Copy, Debug)]
enum GiveUp {
    Cancel,
    Deadline,
}

const WAYS: [GiveUp; 2] = [GiveUp::Cancel, GiveUp::Deadline];

impl GiveUp {
    /// A context that is given up after a while, and what has to be awaited for that.
    fn after(self, patience: Duration) -> (CallContext, impl Future + use<>) {
        let context = CallContext::new(Recorder::new());
        let context = match self {
            Self::Cancel => context,
            Self::Deadline => context.within(patience),
        };
        let cancelled = context.clone();
        let give_up = async move {
            tokio::time::sleep(patience).await;
            if let Self::Cancel = self {
                cancelled.cancel();
            }
        };
        (context, give_up)
    }

    #[track_caller]
    fn check(self, error: &CallError) {
        match (self, error.kind()) {
            (Self::Cancel, CallErrorKind::Cancelled)
            | (Self::Deadline, CallErrorKind::Deadline { .. }) => {}
            _ => panic!("{self:?}: {error}"),
        }
    }
}

/// Runs a call that its caller gives up after 100 ms.
async fn check_given_up(workers: &Workers, method: &'static str, parameters: Value) {
    for way in WAYS {
        let patience = Duration::from_millis(100);
        let (context, give_up) = way.after(patience);
        let begun = Instant::now();
        let call = workers.engine.fault(method, parameters.clone(), true, &context);
        let (result, _) = tokio::join!(call, give_up);
        assert!(begun.elapsed() < Duration::from_secs(1), "{:?}", begun.elapsed());
        way.check(&result.unwrap_err());
    }
}

/// The worker that has served all along serves one more.
async fn check_goes_on(workers: &Workers) {
    assert_eq!(workers.fault("faults.echo", 1).await.unwrap(), 1.into());
    until("a free worker", || workers.stats().busy == 0).await;
    let stats = workers.stats();
    assert_eq!((stats.started, stats.crashed, stats.waiting), (1, 0, 0), "{stats:?}");
}

/// Calls are given up while the only worker is busy; so many others have reached it.
async fn check_beside_a_busy_one(workers: Workers, n_sent: u64) {
    workers.fault("faults.echo", Value::Null).await.unwrap();
    let n_calls = workers.stats().calls;
    let busy = workers.fault("faults.sleep", 0.6);
    let others = async {
        until("a busy worker", || workers.stats().busy == 1).await;
        check_given_up(&workers, "faults.echo", Value::Null).await;
    };
    let (slept, ()) = tokio::join!(busy, others);
    assert_eq!(slept.unwrap(), Value::Null);
    assert_eq!(workers.stats().calls, n_calls + 1 + n_sent);
    check_goes_on(&workers).await;
}

async fn before_a_worker_is_free(carrier: Carrier) {
    check_beside_a_busy_one(carrier.idle(), 0).await;
}

async fn while_it_is_sent_ahead(carrier: Carrier) {
    let ahead = carrier.pool().read_ahead(2);
    check_beside_a_busy_one(carrier.start(ahead, ScriptedModel::new()), 2).await;
}

async fn in_python_code(carrier: Carrier) {
    let workers = carrier.idle();
    workers.fault("faults.echo", Value::Null).await.unwrap();
    check_given_up(&workers, "faults.sleep", 60.0.into()).await;
    check_goes_on(&workers).await;
}

/// A model that never answers.
struct Silent;

#[async_trait]
impl LanguageModel for Silent {
    fn name(&self) -> &'static str {
        "silent"
    }

    async fn complete(
        &self,
        _: &CompletionRequest,
        _: &CallContext,
    ) -> Result<Completion, LmError> {
        std::future::pending().await
    }
}

async fn while_a_question_is_open(carrier: Carrier) {
    let workers = carrier.asking(Silent);
    workers.fault("faults.echo", Value::Null).await.unwrap();
    let prepared = workers.prepare(ModuleKind::Predict, "q -> a");
    for way in WAYS {
        let (context, give_up) = way.after(Duration::from_millis(100));
        let inputs = fields! { "q" => "?" };
        let (result, _) = tokio::join!(prepared.run(&inputs, &context), give_up);
        way.check(&result.unwrap_err());
    }
    check_goes_on(&workers).await;
}

/// From before the first byte is sent to after the last one has come, in small steps.
async fn as_it_begins_and_while_it_answers(carrier: Carrier) {
    let workers = carrier.idle();
    let long = Value::from("x".repeat(2_000_000));
    assert_eq!(workers.fault("faults.echo", long.clone()).await.unwrap(), long);
    let (mut n_answered, mut n_given_up) = (0, 0);
    for step in 0_u64.. {
        let patience = Duration::from_micros(200 * step);
        let way = WAYS[usize::from(step % 2 == 1)];
        let (context, give_up) = way.after(patience);
        let call = workers.engine.fault("faults.echo", long.clone(), true, &context);
        let (result, _) = tokio::join!(call, give_up);
        match result {
            Ok(value) => {
                assert!(value == long, "step {step}");
                n_answered += 1;
            }
            Err(error) => {
                way.check(&error);
                n_given_up += 1;
            }
        }
        if n_answered == 5 {
            break;
        }
    }
    assert!(n_given_up > 0, "no call was given up");
    check_goes_on(&workers).await;
}
