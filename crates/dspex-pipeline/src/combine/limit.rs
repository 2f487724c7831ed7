//! Limits: how often, how long and after whom a stage runs.

use std::time::Duration;

use dspex_signature::{Fields, RecordShape};
use futures_util::future::BoxFuture;

use crate::combine::recover::caught;
use crate::stage::{About, Effort, Stage, StageContext, StageError, StageOutcome};

/// A stage that is tried more than once; see [`StageExt::attempts`](crate::StageExt::attempts).
#[derive(Debug)]
pub struct Attempts<S> {
    stage: S,
    attempts: u32,
}

impl<S> Attempts<S> {
    pub(crate) const fn new(stage: S, attempts: u32) -> Self {
        Self { stage, attempts }
    }
}

impl<S: Stage> Stage for Attempts<S> {
    const READS: RecordShape = S::READS;
    const MAKES: RecordShape = S::MAKES;
    type Output = S::Output;

    fn run<'a>(
        &'a self,
        fields: &'a Fields,
        context: &'a StageContext,
    ) -> BoxFuture<'a, Result<StageOutcome, StageError>> {
        Box::pin(async move {
            let mut spent = Effort::default();
            let mut left = self.attempts.max(1);
            loop {
                left -= 1;
                let error = match caught(self.stage.run(fields, context)).await {
                    Ok(outcome) => return Ok(outcome.after(spent)),
                    Err(error) => error,
                };
                spent += error.effort();
                let wait = error.retry_after().unwrap_or_default();
                // Waiting past the deadline would only hide this error behind a later one.
                let in_time = context.remaining().is_none_or(|remaining| wait < remaining);
                if left == 0 || !error.is_retryable() || !in_time {
                    return Err(error.with_effort(spent));
                }
                spent.retries += 1;
                if !wait.is_zero() {
                    tokio::time::sleep(wait).await;
                }
            }
        })
    }

    fn about(&self) -> About {
        self.stage.about()
    }
}

/// A stage that has to end in time; see [`StageExt::within`](crate::StageExt::within).
#[derive(Debug)]
pub struct Within<S> {
    stage: S,
    within: Duration,
}

impl<S> Within<S> {
    pub(crate) const fn new(stage: S, within: Duration) -> Self {
        Self { stage, within }
    }
}

impl<S: Stage> Stage for Within<S> {
    const READS: RecordShape = S::READS;
    const MAKES: RecordShape = S::MAKES;
    type Output = S::Output;

    fn run<'a>(
        &'a self,
        fields: &'a Fields,
        context: &'a StageContext,
    ) -> BoxFuture<'a, Result<StageOutcome, StageError>> {
        Box::pin(async move {
            let context = context.clone().within(self.within);
            tokio::time::timeout(self.within, self.stage.run(fields, &context))
                .await
                .unwrap_or_else(|_| Err(StageError::deadline(self.within)))
        })
    }

    fn about(&self) -> About {
        self.stage.about()
    }
}

/// A stage that starts after another; see [`StageExt::after`](crate::StageExt::after).
#[derive(Debug)]
pub struct After<S> {
    stage: S,
    after: String,
}

impl<S> After<S> {
    pub(crate) fn new(stage: S, after: &str) -> Self {
        Self { stage, after: after.to_owned() }
    }
}

impl<S: Stage> Stage for After<S> {
    const READS: RecordShape = S::READS;
    const MAKES: RecordShape = S::MAKES;
    type Output = S::Output;

    fn run<'a>(
        &'a self,
        fields: &'a Fields,
        context: &'a StageContext,
    ) -> BoxFuture<'a, Result<StageOutcome, StageError>> {
        self.stage.run(fields, context)
    }

    fn about(&self) -> About {
        let mut about = self.stage.about();
        about.after.push(self.after.clone());
        about
    }
}
