//! Functions as stages.
//!
//! A function runs on the task of its run, between the waits of its neighbours. One that computes
//! for long belongs on `tokio::task::spawn_blocking`, inside an async function.

use std::error::Error;
use std::fmt;
use std::marker::PhantomData;

use dspex_signature::{Fields, Record, RecordShape};
use futures_util::future::BoxFuture;

use super::{Effort, RanOn, Stage, StageContext, StageError, StageOutcome};

/// `Fn(I) -> O` as a stage.
pub struct Function<F, I, O> {
    function: F,
    types: PhantomData<fn(I) -> O>,
}

/// `Fn(I) -> Result<O, E>` as a stage.
pub struct TryFunction<F, I, O, E> {
    function: F,
    types: PhantomData<fn(I) -> Result<O, E>>,
}

/// `Fn(I) -> impl Future<Output = Result<O, E>>` as a stage.
pub struct AsyncFunction<F, I, O, E> {
    function: F,
    types: PhantomData<fn(I) -> Result<O, E>>,
}

impl<F, I, O> Stage for Function<F, I, O>
where
    F: Fn(I) -> O + Send + Sync + 'static,
    I: Record,
    O: Record,
{
    const READS: RecordShape = I::SHAPE;
    const MAKES: RecordShape = O::SHAPE;
    type Output = O;

    fn run<'a>(
        &'a self,
        fields: &'a Fields,
        _context: &'a StageContext,
    ) -> BoxFuture<'a, Result<StageOutcome, StageError>> {
        Box::pin(async move { Ok(made((self.function)(I::from_fields(fields)?))) })
    }
}

impl<F, I, O, E> Stage for TryFunction<F, I, O, E>
where
    F: Fn(I) -> Result<O, E> + Send + Sync + 'static,
    I: Record,
    O: Record,
    E: Into<Box<dyn Error + Send + Sync>> + 'static,
{
    const READS: RecordShape = I::SHAPE;
    const MAKES: RecordShape = O::SHAPE;
    type Output = O;

    fn run<'a>(
        &'a self,
        fields: &'a Fields,
        _context: &'a StageContext,
    ) -> BoxFuture<'a, Result<StageOutcome, StageError>> {
        Box::pin(async move { ended((self.function)(I::from_fields(fields)?)) })
    }
}

impl<F, W, I, O, E> Stage for AsyncFunction<F, I, O, E>
where
    F: Fn(I) -> W + Send + Sync + 'static,
    W: Future<Output = Result<O, E>> + Send + 'static,
    I: Record,
    O: Record,
    E: Into<Box<dyn Error + Send + Sync>> + 'static,
{
    const READS: RecordShape = I::SHAPE;
    const MAKES: RecordShape = O::SHAPE;
    type Output = O;

    fn run<'a>(
        &'a self,
        fields: &'a Fields,
        _context: &'a StageContext,
    ) -> BoxFuture<'a, Result<StageOutcome, StageError>> {
        Box::pin(async move { ended((self.function)(I::from_fields(fields)?).await) })
    }
}

impl<F, I, O> Function<F, I, O> {
    pub(crate) const fn new(function: F) -> Self {
        Self { function, types: PhantomData }
    }
}

impl<F, I, O> fmt::Debug for Function<F, I, O> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Function")
    }
}

impl<F, I, O, E> TryFunction<F, I, O, E> {
    pub(crate) const fn new(function: F) -> Self {
        Self { function, types: PhantomData }
    }
}

impl<F, I, O, E> fmt::Debug for TryFunction<F, I, O, E> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("TryFunction")
    }
}

impl<F, I, O, E> AsyncFunction<F, I, O, E> {
    pub(crate) const fn new(function: F) -> Self {
        Self { function, types: PhantomData }
    }
}

impl<F, I, O, E> fmt::Debug for AsyncFunction<F, I, O, E> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("AsyncFunction")
    }
}

fn made(output: impl Record) -> StageOutcome {
    StageOutcome::made(output.into_fields())
}

fn ended<O: Record, E: Into<Box<dyn Error + Send + Sync>>>(
    result: Result<O, E>,
) -> Result<StageOutcome, StageError> {
    match result {
        Ok(output) => Ok(made(output)),
        Err(error) => {
            let error = StageError::from_function(error.into());
            let ran_on = error.effort().ran_on.or(Some(RanOn::Function));
            let effort = Effort { ran_on, ..error.effort() };
            Err(error.with_effort(effort))
        }
    }
}
