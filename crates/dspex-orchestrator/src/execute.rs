//! One call along its route: the first engine, and the next where that can help.

use std::ops::ControlFlow;
use std::time::Duration;

use dspex_bridge::{CallContext, CallError, CallErrorKind, ModuleSpec, Outcome, PathStep, Spent};
use dspex_signature::Fields;
use dspex_telemetry::{Event, Outcome as Ended};
use futures_util::StreamExt as _;

use crate::route::{Route, Step};

/// Runs one call; the context's deadline and attempts bound all engines together.
pub(crate) async fn execute(
    module: &ModuleSpec,
    route: &Route,
    is_demoted: bool,
    inputs: &Fields,
    context: &CallContext,
) -> Result<Outcome, CallError> {
    let mut spent = Earlier::default();
    let mut steps = route.steps(is_demoted).iter().peekable();
    // The first try is always granted; what a worker pool or a further engine tries again is not.
    let _granted = context.take_attempt();
    while let Some(step) = steps.next() {
        let (before, n_told) = (context.elapsed(), context.teller().n_told());
        // The engine's own waits end at the deadline; this one is for engines that forget to.
        let error = match context.bound(answer(step, inputs, context)).await.flatten() {
            Ok(outcome) => return Ok(spent.into_outcome(module, step, outcome, context)),
            Err(error) => error,
        };
        // What was told of an answer cannot be taken back.
        let is_told = context.teller().n_told() > n_told;
        match steps.peek() {
            Some(next)
                if !is_told
                    && may_be_repeated(module)
                    && another_engine_may_help(&error)
                    && context.take_attempt() =>
            {
                context.recorder().record(Event::ModuleFellBack {
                    module: module.name.clone(),
                    from: step.engine.to_string(),
                    to: next.engine.to_string(),
                    reason: error.kind().name().to_owned(),
                });
                spent.failed(step, context.elapsed() - before, &error);
            }
            _ => return Err(spent.into_error(module, step, error, context)),
        }
    }
    let what = format!("`{}` ({}): {}", module.name, module.kind, route.refusals());
    Err(CallErrorKind::NotSupportedYet { what }.into())
}

/// The answer of one engine, told on the way where somebody reads.
async fn answer(step: &Step, inputs: &Fields, context: &CallContext) -> Result<Outcome, CallError> {
    if !context.teller().has_reader() {
        return step.prepared.run(inputs, context).await;
    }
    let mut events = step.prepared.clone().stream(inputs.clone(), context.clone());
    while let Some(event) = events.next().await {
        match event?.told() {
            ControlFlow::Continue(event) => context.teller().tell(event).await,
            ControlFlow::Break(outcome) => return Ok(outcome),
        }
    }
    let message = "the events of a call ended without an answer".to_owned();
    Err(CallErrorKind::Protocol { message }.into())
}

/// Whether nothing is called twice where another engine begins anew; tools may have been called.
const fn may_be_repeated(module: &ModuleSpec) -> bool {
    module.tools.is_empty() || module.idempotent
}

/// Whether a different implementation of the same module may answer where this one failed. A model
/// that fails does so for every engine, and what one of them cannot read none can.
fn another_engine_may_help(error: &CallError) -> bool {
    matches!(
        error.kind(),
        CallErrorKind::NotSupportedYet { .. }
            | CallErrorKind::WorkerDied { .. }
            | CallErrorKind::Poison { .. }
            | CallErrorKind::MemoryLimit { .. }
            | CallErrorKind::Protocol { .. }
            | CallErrorKind::PoolUnavailable { .. }
            | CallErrorKind::UnsupportedPlatform { .. }
    )
}

/// What earlier engines did before this one answered.
#[derive(Default)]
struct Earlier {
    path: Vec<PathStep>,
    spent: Spent,
}

impl Earlier {
    fn failed(&mut self, step: &Step, took: Duration, error: &CallError) {
        let reason = error.to_string();
        self.path.extend_from_slice(error.path());
        self.path.push(PathStep::new(step.engine.name(), took, Some(reason)));
        self.spent += error.spent();
    }

    fn into_outcome(
        self,
        module: &ModuleSpec,
        step: &Step,
        outcome: Outcome,
        context: &CallContext,
    ) -> Outcome {
        let (fields, mut meta) = outcome.into_parts();
        meta.spend(self.spent);
        meta.path.splice(0..0, self.path);
        meta.timing.total = context.elapsed();
        finished(module, step, meta.spent(), Ended::Ok, context);
        Outcome::new(fields, meta)
    }

    fn into_error(
        self,
        module: &ModuleSpec,
        step: &Step,
        error: CallError,
        context: &CallContext,
    ) -> CallError {
        let error = error.with_spent(self.spent).with_path(self.path);
        let kind = error.kind().name().to_owned();
        finished(module, step, error.spent(), Ended::Failed { kind }, context);
        error
    }
}

fn finished(module: &ModuleSpec, step: &Step, spent: Spent, outcome: Ended, context: &CallContext) {
    context.recorder().record(Event::CallFinished {
        module: module.name.clone(),
        engine: step.engine.to_string(),
        took: context.elapsed(),
        input_tokens: spent.usage.input_tokens,
        output_tokens: spent.usage.output_tokens,
        outcome,
    });
}
