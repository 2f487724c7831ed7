//! `Predict` and `ChainOfThought`: one predictor.

use std::borrow::Cow;
use std::sync::Arc;

use async_trait::async_trait;
use dspex_signature::{Fields, Signature};

use super::predictor::Predictor;
use super::telling;
use crate::call::{
    CallContext, CallError, CallEvents, EngineKind, Meta, Outcome, check_inputs, fill_defaults,
};
use crate::engine::{Capability, Prepared};

/// A module of one predictor.
pub(super) struct PreparedPredict {
    pub(super) predictor: Predictor,
    pub(super) incomplete_inputs: bool,
}

#[async_trait]
impl Prepared for PreparedPredict {
    fn capability(&self) -> Capability {
        self.predictor.capability()
    }

    async fn run(&self, inputs: &Fields, context: &CallContext) -> Result<Outcome, CallError> {
        let mut meta = Meta::new(EngineKind::Native, self.predictor.model.name());
        let answer = async {
            let inputs = taken(self.predictor.signature(), inputs, self.incomplete_inputs)?;
            self.predictor.answer(&inputs, context, &mut meta).await
        };
        let result = answer.await;
        finished(result, meta, context)
    }

    fn stream(self: Arc<Self>, inputs: Fields, context: CallContext) -> CallEvents {
        telling::events(self, inputs, context)
    }
}

/// The inputs of a call, checked unless they are taken as DSPy does.
pub(super) fn taken<'a>(
    signature: &Signature,
    inputs: &'a Fields,
    incomplete: bool,
) -> Result<Cow<'a, Fields>, CallError> {
    match incomplete {
        true => Ok(Cow::Owned(fill_defaults(signature, inputs))),
        false => check_inputs(signature, inputs),
    }
}

/// What a call came to, with what it cost.
pub(super) fn finished(
    result: Result<Fields, CallError>,
    mut meta: Meta,
    context: &CallContext,
) -> Result<Outcome, CallError> {
    meta.timing.total = context.elapsed();
    match result {
        Ok(outputs) => Ok(Outcome::new(outputs, meta)),
        Err(error) => Err(error.with_spent(meta.spent()).with_path(meta.path)),
    }
}
