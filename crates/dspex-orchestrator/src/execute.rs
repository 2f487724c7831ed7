//! One call along its route: the first engine, and the next where that can help.

use std::ops::ControlFlow;
use std::time::Duration;

use dspex_bridge::{CallContext, CallError, CallErrorKind, ModuleSpec, Outcome, PathStep, Spent};
use dspex_signature::Fields;
use dspex_telemetry::{Event, Outcome as Ended};
use futures_util::StreamExt as _;

use crate::route::{Route, Step};

/// Runs one call; the context's deadline and attempts bound all engines together.
pub(crate) async fn execute(underway: Underway<'_>, inputs: &Fields) -> Result<Outcome, CallError> {
    let context = underway.context;
    let mut way = Way::begin(underway)?;
    loop {
        let n_told = context.teller().n_told();
        let run = answer(way.step(underway), inputs, context);
        // The engine's own waits end at the deadline; this one is for engines that forget to.
        way = match context.bound(run).await.flatten() {
            Ok(outcome) => return Ok(way.arrive(underway, outcome)),
            // What was told of an answer cannot be taken back.
            Err(error) if context.teller().n_told() > n_told => {
                return Err(way.end(underway, error));
            }
            Err(error) => way.go_on(underway, error)?,
        }
    }
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

/// A call that is being answered.
#[derive(Clone, Copy)]
pub(crate) struct Underway<'c> {
    pub(crate) module: &'c ModuleSpec,
    pub(crate) route: &'c Route,
    pub(crate) context: &'c CallContext,
}

/// How far along its route a call has come.
pub(crate) struct Way {
    at: usize,
    /// When the present step began.
    before: Duration,
    spent: Earlier,
}

impl Way {
    /// The first step.
    pub(crate) fn begin(underway: Underway<'_>) -> Result<Self, CallError> {
        let Underway { module, route, context } = underway;
        // The first try is always granted; what a worker pool or a further engine tries again is not.
        let _granted = context.take_attempt();
        if route.steps().is_empty() {
            let what = format!("`{}` ({}): {}", module.name, module.kind, route.refusals());
            return Err(CallErrorKind::NotSupportedYet { what }.into());
        }
        Ok(Self { at: 0, before: context.elapsed(), spent: Earlier::default() })
    }

    /// The engine whose turn it is.
    pub(crate) fn step<'c>(&self, underway: Underway<'c>) -> &'c Step {
        &underway.route.steps()[self.at]
    }

    /// The engine has answered.
    pub(crate) fn arrive(self, underway: Underway<'_>, outcome: Outcome) -> Outcome {
        let step = self.step(underway);
        self.spent.into_outcome(underway.module, step, outcome, underway.context)
    }

    /// The engine has failed: the next one, where that may help.
    pub(crate) fn go_on(
        mut self,
        underway: Underway<'_>,
        error: CallError,
    ) -> Result<Self, CallError> {
        let Underway { module, route, context } = underway;
        let step = self.step(underway);
        match route.steps().get(self.at + 1) {
            Some(next) if another_engine_may_help(&error) && context.take_attempt() => {
                context.recorder().record(Event::ModuleFellBack {
                    module: module.name.clone(),
                    from: step.engine.to_string(),
                    to: next.engine.to_string(),
                    reason: error.kind().name().to_owned(),
                });
                self.spent.failed(step, context.elapsed() - self.before, &error);
                self.at += 1;
                self.before = context.elapsed();
                Ok(self)
            }
            _ => Err(self.end(underway, error)),
        }
    }

    /// The call has failed.
    pub(crate) fn end(self, underway: Underway<'_>, error: CallError) -> CallError {
        let step = self.step(underway);
        self.spent.into_error(underway.module, step, error, underway.context)
    }
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
