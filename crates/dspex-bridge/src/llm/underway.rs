//! The event of one exchange, which every provider reports in the same way.

use std::time::Instant;

use dspex_telemetry::{Event, Outcome as Ended};

use super::{Completion, LmError};
use crate::call::CallContext;

/// Reports one exchange of a provider.
pub(crate) fn finished(
    lm: &str,
    started: Instant,
    result: Result<&Completion, &LmError>,
    context: &CallContext,
) {
    let usage = result.map_or_else(|_| Default::default(), |done| done.usage);
    let cost_usd = result.ok().and_then(|done| done.cost.usd());
    context.recorder().record(Event::LmFinished {
        lm: lm.to_owned(),
        took: context.now().saturating_duration_since(started),
        input_tokens: usage.input_tokens,
        output_tokens: usage.output_tokens,
        cost_usd,
        outcome: match result {
            Ok(_) => Ended::Ok,
            Err(error) => Ended::Failed { kind: error.kind.name().to_owned() },
        },
    });
}
