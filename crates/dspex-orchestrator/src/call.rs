//! A call that has not started yet.

use std::future::IntoFuture;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use dspex_bridge::{CallError, CallErrorKind, Prediction};
use dspex_signature::{Fields, Record};
use futures_util::future::BoxFuture;

use crate::module::Core;

/// A module and one input. Nothing happens until it is awaited.
#[must_use = "a call does nothing until it is awaited"]
#[derive(Debug)]
pub struct Call<O> {
    core: Arc<Core>,
    inputs: Fields,
    within: Option<Duration>,
    attempts: Option<u32>,
    output: PhantomData<fn() -> O>,
}

impl<O> Call<O> {
    pub(crate) const fn new(core: Arc<Core>, inputs: Fields) -> Self {
        Self { core, inputs, within: None, attempts: None, output: PhantomData }
    }

    /// The same call, to be answered within this time.
    pub const fn within(mut self, within: Duration) -> Self {
        self.within = Some(within);
        self
    }

    /// The same call with this many tries in all, the first one included.
    pub const fn attempts(mut self, attempts: u32) -> Self {
        self.attempts = Some(attempts);
        self
    }
}

impl<O: Record> IntoFuture for Call<O> {
    type Output = Result<Prediction<O>, CallError>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let context = self.core.orchestrator.context(self.within, self.attempts);
            let (fields, meta) = self.core.run(&self.inputs, &context).await?.into_parts();
            match O::from_fields(&fields) {
                Ok(output) => Ok(Prediction::new(output, meta)),
                Err(error) => Err(CallError::from(CallErrorKind::Output(error))
                    .with_usage(meta.usage)
                    .with_path(meta.path)
                    .with_partial(fields)),
            }
        })
    }
}
