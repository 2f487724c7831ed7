//! Recovery: what happens when a stage fails.

use std::panic::AssertUnwindSafe;

use dspex_signature::{Fields, Part, Record, RecordShape};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use crate::stage::{About, Effort, RanOn, Stage, StageContext, StageError, StageOutcome};

/// Runs a stage; a panic becomes an error, so that whoever recovers from errors does from panics.
pub(crate) async fn caught(
    run: BoxFuture<'_, Result<StageOutcome, StageError>>,
) -> Result<StageOutcome, StageError> {
    // The stage is shared by later runs all the same; a function that leaves its own state broken
    // when it panics is broken for them, as a poisoned lock is.
    AssertUnwindSafe(run)
        .catch_unwind()
        .await
        .unwrap_or_else(|panic| Err(StageError::panicked(panic.as_ref())))
}

/// A stage with a second choice; see [`StageExt::or_else`](crate::StageExt::or_else).
#[derive(Debug)]
pub struct OrElse<A, B> {
    stage: A,
    other: B,
}

impl<A, B> OrElse<A, B> {
    pub(crate) const fn new(stage: A, other: B) -> Self {
        Self { stage, other }
    }
}

impl<A: Stage, B: Stage> Stage for OrElse<A, B> {
    const READS: RecordShape = RecordShape {
        name: A::READS.name,
        open: A::READS.open || B::READS.open,
        parts: &[Part::Flat(&A::READS), Part::Flat(&B::READS)],
    };
    const MAKES: RecordShape = A::MAKES;
    type Output = A::Output;

    fn run<'a>(
        &'a self,
        fields: &'a Fields,
        context: &'a StageContext,
    ) -> BoxFuture<'a, Result<StageOutcome, StageError>> {
        Box::pin(async move {
            let error = match caught(self.stage.run(fields, context)).await {
                Ok(outcome) => return Ok(outcome),
                Err(error) => error,
            };
            let fallback = Effort { fallbacks: 1, ..error.effort() };
            match caught(self.other.run(fields, context)).await {
                Ok(outcome) => Ok(outcome.after(fallback)),
                Err(second) => Err(second.with_earlier(error.with_effort(fallback))),
            }
        })
    }

    fn about(&self) -> About {
        self.stage.about().with(self.other.about())
    }
}

/// A stage with a plain value for when it makes nothing; see
/// [`StageExt::or`](crate::StageExt::or).
#[derive(Debug)]
pub struct Or<S> {
    stage: S,
    value: Fields,
}

impl<S: Stage> Or<S> {
    pub(crate) fn new(stage: S, value: S::Output) -> Self {
        Self { stage, value: value.into_fields() }
    }
}

impl<S: Stage> Stage for Or<S> {
    const READS: RecordShape = S::READS;
    const MAKES: RecordShape = <S::Output as Record>::SHAPE;
    type Output = S::Output;

    fn run<'a>(
        &'a self,
        fields: &'a Fields,
        context: &'a StageContext,
    ) -> BoxFuture<'a, Result<StageOutcome, StageError>> {
        Box::pin(async move {
            let mut effort = match caught(self.stage.run(fields, context)).await {
                Ok(outcome) if outcome.fields().is_some() => return Ok(outcome),
                Ok(outcome) => outcome.effort(),
                Err(error) => Effort { fallbacks: 1, ..error.effort() },
            };
            effort.ran_on = Some(RanOn::Function);
            Ok(StageOutcome::made(self.value.clone()).after(effort))
        })
    }

    fn about(&self) -> About {
        self.stage.about()
    }
}

/// A stage that is skipped when it fails; see [`StageExt::or_skip`](crate::StageExt::or_skip).
#[derive(Debug)]
pub struct OrSkip<S>(S);

impl<S> OrSkip<S> {
    pub(crate) const fn new(stage: S) -> Self {
        Self(stage)
    }
}

impl<S: Stage> Stage for OrSkip<S> {
    const READS: RecordShape = S::READS;
    const MAKES: RecordShape =
        RecordShape { name: S::MAKES.name, open: S::MAKES.open, parts: &[Part::Maybe(&S::MAKES)] };
    type Output = S::Output;

    fn run<'a>(
        &'a self,
        fields: &'a Fields,
        context: &'a StageContext,
    ) -> BoxFuture<'a, Result<StageOutcome, StageError>> {
        Box::pin(async move {
            Ok(caught(self.0.run(fields, context)).await.unwrap_or_else(|error| {
                StageOutcome::skipped(error.to_string()).with_effort(error.effort())
            }))
        })
    }

    fn about(&self) -> About {
        self.0.about()
    }
}
