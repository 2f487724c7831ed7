//! Conditions: a stage that runs only if, and what runs otherwise.

use std::fmt;
use std::marker::PhantomData;

use dspex_signature::{Fields, Part, Record, RecordShape};
use futures_util::future::BoxFuture;

use crate::stage::{About, IntoStage, Stage, StageContext, StageError, StageOutcome};
use crate::wiring::{lacking, refuse};

/// A stage that runs only if its condition holds; see [`StageExt::when`](crate::StageExt::when).
pub struct When<S, C, F> {
    stage: S,
    condition: F,
    reads: PhantomData<fn(&C)>,
}

impl<S: Stage, C: Record, F: Fn(&C) -> bool + Send + Sync + 'static> When<S, C, F> {
    pub(crate) const fn new(stage: S, condition: F) -> Self {
        Self { stage, condition, reads: PhantomData }
    }

    /// Runs `other` if the condition does not hold. It has to make at least what this stage makes.
    pub fn otherwise<M, B: IntoStage<M>>(self, other: B) -> Otherwise<Self, B::Stage> {
        const { refuse(lacking(&B::Stage::MAKES, &S::Output::SHAPE)) };
        Otherwise { stage: self, other: other.into_stage() }
    }
}

impl<S: Stage, C: Record, F: Fn(&C) -> bool + Send + Sync + 'static> Stage for When<S, C, F> {
    const READS: RecordShape = RecordShape {
        name: S::READS.name,
        open: S::READS.open || C::SHAPE.open,
        parts: &[Part::Flat(&S::READS), Part::Flat(&C::SHAPE)],
    };
    const MAKES: RecordShape =
        RecordShape { name: S::MAKES.name, open: S::MAKES.open, parts: &[Part::Maybe(&S::MAKES)] };
    type Output = S::Output;

    fn run<'a>(
        &'a self,
        fields: &'a Fields,
        context: &'a StageContext,
    ) -> BoxFuture<'a, Result<StageOutcome, StageError>> {
        Box::pin(async move {
            if (self.condition)(&C::from_fields(fields)?) {
                self.stage.run(fields, context).await
            } else {
                Ok(StageOutcome::skipped("its condition does not hold"))
            }
        })
    }

    fn about(&self) -> About {
        self.stage.about()
    }
}

impl<S: fmt::Debug, C, F> fmt::Debug for When<S, C, F> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("When").field("stage", &self.stage).finish_non_exhaustive()
    }
}

/// One stage if a condition holds, another if not; see [`When::otherwise`].
#[derive(Debug)]
pub struct Otherwise<A, B> {
    stage: A,
    other: B,
}

impl<A: Stage, B: Stage> Stage for Otherwise<A, B> {
    const READS: RecordShape = RecordShape {
        name: A::READS.name,
        open: A::READS.open || B::READS.open,
        parts: &[Part::Flat(&A::READS), Part::Flat(&B::READS)],
    };
    const MAKES: RecordShape = <A::Output as Record>::SHAPE;
    type Output = A::Output;

    fn run<'a>(
        &'a self,
        fields: &'a Fields,
        context: &'a StageContext,
    ) -> BoxFuture<'a, Result<StageOutcome, StageError>> {
        Box::pin(async move {
            let outcome = self.stage.run(fields, context).await?;
            if outcome.fields().is_some() {
                return Ok(outcome);
            }
            self.other.run(fields, context).await
        })
    }

    fn about(&self) -> About {
        self.stage.about().with(self.other.about())
    }
}
