//! A pipeline as a stage of another.

use dspex_signature::{Fields, Record, RecordShape};
use futures_util::future::BoxFuture;

use super::Pipeline;
use super::execution::Execution;
use crate::stage::{About, Stage, StageContext, StageError, StageOutcome};

/// In the outer report it counts as the heaviest of its stages: Python over native over function.
/// Its own [`Pipeline::report`] has the details.
impl<I: Record, O: Record> Stage for Pipeline<I, O> {
    const READS: RecordShape = I::SHAPE;
    const MAKES: RecordShape = O::SHAPE;
    type Output = O;

    fn run<'a>(
        &'a self,
        fields: &'a Fields,
        context: &'a StageContext,
    ) -> BoxFuture<'a, Result<StageOutcome, StageError>> {
        Box::pin(async move {
            let input = I::from_fields(fields)?.into_fields();
            let mut execution = Execution::new(self.core.clone(), context.clone(), input);
            let output = match execution.finish().await {
                Ok(fields) => O::from_fields(&fields).map_err(|error| execution.unfit(error)),
                Err(error) => Err(error),
            };
            let effort = execution.effort();
            match output {
                Ok(output) => Ok(StageOutcome::made(output.into_fields()).with_effort(effort)),
                Err(error) if error.is_retryable() => {
                    Err(StageError::retryable(error).with_effort(effort))
                }
                Err(error) => Err(StageError::permanent(error).with_effort(effort)),
            }
        })
    }

    fn about(&self) -> About {
        let runs_on = self.core.stages().iter().map(|stage| stage.about().runs_on).max();
        let recorder = Some(self.recorder.clone());
        About { runs_on: runs_on.flatten(), recorder, ..About::default() }
    }
}
