//! Telling what is known of the outputs while a model writes.

use std::sync::Arc;

use dspex_signature::{Fields, PartialOutputs};

use super::predictor::{Predictor, failed};
use super::way::Way;
use crate::call::{CallContext, CallError, CallEvent, CallEvents, Meta, Partial, Teller};
use crate::engine::Prepared;
use crate::llm::{Completion, CompletionEvent, CompletionRequest};

/// The events of a module's call.
pub(super) fn events<P: Prepared>(
    module: Arc<P>,
    inputs: Fields,
    context: CallContext,
) -> CallEvents {
    Teller::events(|teller| async move {
        let context = context.with_teller(teller);
        module.run(&inputs, &context).await
    })
}

impl Predictor {
    /// A completion, of which is told what is known while it is written.
    pub(super) async fn complete_telling(
        &self,
        way: &Way,
        request: &CompletionRequest,
        context: &CallContext,
        meta: &mut Meta,
    ) -> Result<Completion, CallError> {
        let mut outputs = Arc::new(way.partial());
        let asked =
            timed(context, meta, context.bound(self.model.stream(request, context))).await?;
        let stream = asked.map_err(|error| failed(error, context))?;
        let mut stream = stream.within(self.model.name(), context);
        loop {
            let event = timed(context, meta, stream.next()).await;
            let has_grown = match event.expect("it is not read after its end") {
                Ok(CompletionEvent::Text(piece)) => Arc::make_mut(&mut outputs).push(&piece),
                Ok(CompletionEvent::Done(completion)) => {
                    meta.spend(completion.spent());
                    if Arc::make_mut(&mut outputs).finish() {
                        tell(&outputs, context.teller()).await;
                    }
                    return Ok(completion);
                }
                Ok(_) => false,
                Err(error) => {
                    return Err(failed(error, context).with_partial(outputs.to_fields()));
                }
            };
            if has_grown {
                tell(&outputs, context.teller()).await;
            }
        }
    }
}

/// Tells what a piece added to texts, then all that is known. Who keeps what was told makes the reader
/// copy it; who does not, lets it grow in place.
async fn tell(outputs: &Arc<PartialOutputs>, teller: &Teller) {
    for output in outputs.names() {
        let piece = outputs.added(output);
        if !piece.is_empty() {
            let (output, piece) = (output.to_owned(), piece.to_owned());
            teller.tell(CallEvent::Text { output, piece }).await;
        }
    }
    teller.tell(CallEvent::Partial(Partial::new(outputs.clone()))).await;
}

/// Adds up how long the model takes, and not how long the reader does.
pub(super) async fn timed<T>(
    context: &CallContext,
    meta: &mut Meta,
    asked: impl Future<Output = T>,
) -> T {
    let begun = context.elapsed();
    let answer = asked.await;
    meta.timing.lm += context.elapsed().saturating_sub(begun);
    answer
}
