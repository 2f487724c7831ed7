//! One exchange while it lasts, which every provider reports in the same way.

use std::time::{Duration, Instant};

use dspex_telemetry::{Event, Outcome as Ended};

use super::{Completion, LmError, LmErrorKind};
#[cfg(feature = "http")]
use super::{Exchange, History};
use crate::call::CallContext;

/// An exchange that is on its way. It is reported once: how it [ended](Self::end), or, where nobody
/// waits for its end, that it was given up.
pub(crate) struct Underway {
    lm: String,
    started: Instant,
    context: CallContext,
    /// Where the exchange is kept, and the body that was sent.
    #[cfg(feature = "http")]
    kept: Option<(History, String)>,
    is_reported: bool,
}

impl Underway {
    pub(crate) fn begin(lm: &str, context: &CallContext) -> Self {
        let (lm, started, context) = (lm.to_owned(), context.now(), context.clone());
        Self {
            lm,
            started,
            context,
            #[cfg(feature = "http")]
            kept: None,
            is_reported: false,
        }
    }

    /// The same exchange, which is kept in a history as well.
    #[cfg(feature = "http")]
    pub(super) fn kept(mut self, kept: Option<(History, String)>) -> Self {
        self.kept = kept;
        self
    }

    #[cfg(feature = "http")]
    pub(super) const fn started(&self) -> Instant {
        self.started
    }

    /// The time since it began.
    pub(crate) fn took(&self) -> Duration {
        self.context.now().saturating_duration_since(self.started)
    }

    /// It ended so.
    pub(crate) fn end(mut self, result: Result<&Completion, &LmError>) {
        self.report(result);
    }

    fn report(&mut self, result: Result<&Completion, &LmError>) {
        self.is_reported = true;
        let (lm, took) = (std::mem::take(&mut self.lm), self.took());
        #[cfg(feature = "http")]
        if let Some((history, sent)) = self.kept.take() {
            let (lm, answer) = (lm.clone(), result.cloned().map_err(LmError::clone));
            history.keep(Exchange { lm, sent, answer, took });
        }
        let usage = result.map_or_else(|_| Default::default(), |done| done.usage);
        self.context.recorder().record(Event::LmFinished {
            lm,
            took,
            input_tokens: usage.input_tokens,
            output_tokens: usage.output_tokens,
            cost_usd: result.ok().and_then(|done| done.cost.usd()),
            outcome: match result {
                Ok(_) => Ended::Ok,
                Err(error) => Ended::Failed { kind: error.kind.name().to_owned() },
            },
        });
    }
}

impl Drop for Underway {
    fn drop(&mut self) {
        if !self.is_reported {
            let kind = match self.context.remaining() {
                Some(Duration::ZERO) => LmErrorKind::Timeout { after: self.took() },
                _ => LmErrorKind::Cancelled,
            };
            self.report(Err(&LmError::new(&self.lm, kind)));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use dspex_telemetry::Recorder;

    use super::*;
    use crate::llm::LmStatistics;

    #[test]
    fn every_exchange_is_reported_once() {
        let statistics = Arc::new(LmStatistics::default());
        let context = CallContext::new(Recorder::new().with(statistics.clone()));
        Underway::begin("m", &context).end(Ok(&Completion::text("x")));
        let error = LmError::new("m", LmErrorKind::RateLimited);
        Underway::begin("m", &context).end(Err(&error));
        drop(Underway::begin("m", &context));
        drop(Underway::begin("m", &context.within(Duration::ZERO)));
        let figures = statistics.of("m").unwrap();
        assert_eq!(figures.requests, 4);
        let failures: Vec<_> = figures.failures.keys().map(String::as_str).collect();
        assert_eq!(failures, ["cancelled", "rate_limited", "timeout"]);
    }
}
