//! Modules as stages, and their errors.

use dspex_bridge::{CallError, CallErrorKind, EngineKind, Meta};
use dspex_orchestrator::Module;
use dspex_signature::{Fields, Record, RecordShape};
use futures_util::future::BoxFuture;

use super::{About, Effort, RanOn, Stage, StageContext, StageError, StageErrorKind, StageOutcome};

impl<I: Record, O: Record> Stage for Module<I, O> {
    const READS: RecordShape = I::SHAPE;
    const MAKES: RecordShape = O::SHAPE;
    type Output = O;

    fn run<'a>(
        &'a self,
        fields: &'a Fields,
        context: &'a StageContext,
    ) -> BoxFuture<'a, Result<StageOutcome, StageError>> {
        Box::pin(async move {
            // Through the type and back: a field that is read by its full name goes by the
            // signature's name from here on.
            let inputs = I::from_fields(fields)?.into_fields();
            let call = self.orchestrator().context(context.remaining(), None);
            let (fields, meta) = self.run_fields(&inputs, &call).await?.into_parts();
            // What a model left out is this stage's failure, not that of whoever reads it.
            match O::from_fields(&fields) {
                Ok(_) => Ok(StageOutcome::made(fields).with_effort(effort(&meta))),
                Err(error) => Err(CallError::from(CallErrorKind::Output(error))
                    .with_spent(meta.spent())
                    .with_path(meta.path)
                    .with_partial(fields)
                    .into()),
            }
        })
    }

    fn about(&self) -> About {
        About {
            runs_on: self.choice().engine.map(ran_on),
            recorder: Some(self.orchestrator().recorder().clone()),
            ..About::default()
        }
    }
}

fn effort(meta: &Meta) -> Effort {
    let failed = meta.path.iter().filter(|step| step.failed.is_some()).count();
    let failures = u32::try_from(failed).unwrap_or(u32::MAX);
    Effort {
        ran_on: Some(ran_on(meta.engine)),
        failures,
        fallbacks: u32::from(failures > 0),
        input_tokens: meta.usage.input_tokens,
        output_tokens: meta.usage.output_tokens,
        ..Effort::default()
    }
}

const fn ran_on(engine: EngineKind) -> RanOn {
    match engine {
        EngineKind::Python => RanOn::Python,
        _ => RanOn::Native,
    }
}

impl From<CallError> for StageError {
    fn from(error: CallError) -> Self {
        let usage = error.spent().usage;
        let last = error.path().last().map(|step| step.what.as_str());
        let ran_on = match last {
            Some(step) if step.starts_with(EngineKind::Python.name()) => Some(RanOn::Python),
            Some(step) if step.starts_with(EngineKind::Native.name()) => Some(RanOn::Native),
            _ => None,
        };
        let effort = Effort {
            ran_on,
            failures: 1,
            input_tokens: usage.input_tokens,
            output_tokens: usage.output_tokens,
            ..Effort::default()
        };
        let (retryable, name, retry_after) =
            (error.is_retryable(), error.kind().name(), error.retry_after());
        Self::new(StageErrorKind::Failed(Box::new(error)), retryable, name)
            .with_name(name, retry_after)
            .with_effort(effort)
    }
}
