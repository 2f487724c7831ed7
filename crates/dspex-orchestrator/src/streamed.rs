//! One call along its route, piece by piece.

use std::sync::Arc;

use dspex_bridge::{CallContext, CallError, CallErrorKind, CallEvent, CallEvents};
use dspex_signature::Fields;
use futures_util::stream::{self, StreamExt};

use crate::execute::Way;
use crate::module::Core;

/// The events of one call. Another engine is tried as long as nothing of the answer has been told.
pub(crate) fn events(core: Arc<Core>, inputs: Fields, context: CallContext) -> CallEvents {
    let streamed = Streamed { core, inputs, context, way: None, events: None, has_begun: false };
    let next = |streamed: Option<Streamed>| async move {
        let mut streamed = streamed?;
        let event = streamed.next().await;
        let goes_on = !matches!(event, Ok(CallEvent::Done(_)) | Err(_));
        Some((event, goes_on.then_some(streamed)))
    };
    stream::unfold(Some(streamed), next).boxed()
}

struct Streamed {
    core: Arc<Core>,
    inputs: Fields,
    context: CallContext,
    way: Option<Way>,
    /// What the engine tells whose turn it is.
    events: Option<CallEvents>,
    /// Whether anything has been told that cannot be taken back.
    has_begun: bool,
}

impl Streamed {
    async fn next(&mut self) -> Result<CallEvent<Fields>, CallError> {
        let core = self.core.clone();
        let context = self.context.clone();
        let underway = core.underway(&context)?;
        let mut way = match self.way.take() {
            Some(way) => way,
            None => Way::begin(underway)?,
        };
        loop {
            let events = self.events.get_or_insert_with(|| {
                let prepared = way.step(underway).prepared.clone();
                prepared.stream(self.inputs.clone(), context.clone())
            });
            let error = match context.bound(events.next()).await {
                Ok(Some(Ok(CallEvent::Done(outcome)))) => {
                    return Ok(CallEvent::Done(way.arrive(underway, outcome)));
                }
                Ok(Some(Ok(event))) => {
                    self.has_begun = true;
                    self.way = Some(way);
                    return Ok(event);
                }
                Ok(Some(Err(error))) | Err(error) => error,
                Ok(None) => {
                    let message = "the events of a call ended without an answer".to_owned();
                    CallErrorKind::Protocol { message }.into()
                }
            };
            self.events = None;
            if self.has_begun {
                return Err(way.end(underway, error));
            }
            way = way.go_on(underway, error)?;
        }
    }
}
