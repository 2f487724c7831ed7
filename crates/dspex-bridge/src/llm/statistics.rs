//! What came of the requests so far, by model.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Mutex, PoisonError};

use dspex_telemetry::{CacheOutcome, Durations, Event, EventSink, Outcome};

/// Counts requests by model, from the events that every provider reports.
///
/// ```
/// use std::sync::Arc;
///
/// use dspex_bridge::CallContext;
/// use dspex_bridge::llm::{CompletionRequest, LanguageModel as _, LmStatistics, ScriptedModel};
/// use dspex_telemetry::Recorder;
///
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let statistics = Arc::new(LmStatistics::default());
/// let context = CallContext::new(Recorder::new().with(statistics.clone()));
/// ScriptedModel::new().text("two words").complete(&CompletionRequest::default(), &context).await?;
/// let figures = &statistics.snapshot()["scripted/model"];
/// assert_eq!((figures.requests, figures.output_tokens), (1, 2));
/// # Ok::<(), dspex_bridge::llm::LmError>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Default)]
pub struct LmStatistics(Mutex<BTreeMap<String, LmFigures>>);

/// What came of one model's requests.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct LmFigures {
    /// Requests that ended, well or not.
    pub requests: u64,
    /// Requests that failed, by the error's kind.
    pub failures: BTreeMap<String, u64>,
    /// How long the answers took that came.
    pub took: Durations,
    /// Tokens read.
    pub input_tokens: u64,
    /// Tokens written.
    pub output_tokens: u64,
    /// US dollars of the answers whose price is known.
    pub cost_usd: f64,
    /// Answers whose price is not known, which `cost_usd` leaves out.
    pub unpriced: u64,
    /// Requests that a cache answered.
    pub cache_hits: u64,
    /// Requests that went to another model instead, after this one had failed.
    pub fell_back: u64,
}

impl LmStatistics {
    /// Models that are told apart; the requests of further ones are counted under
    /// [`LmStatistics::OTHERS`].
    pub const MAX_MODELS: usize = 1_024;
    /// The name of all models beyond [`LmStatistics::MAX_MODELS`].
    pub const OTHERS: &'static str = "(others)";

    /// A copy of the figures as they stand, by model name.
    #[must_use]
    pub fn snapshot(&self) -> BTreeMap<String, LmFigures> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The figures of one model.
    #[must_use]
    pub fn of(&self, lm: &str) -> Option<LmFigures> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(lm).cloned()
    }

    fn update(&self, lm: &str, change: impl FnOnce(&mut LmFigures)) {
        let mut models = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let name = match models.contains_key(lm) || models.len() < Self::MAX_MODELS {
            true => lm,
            false => Self::OTHERS,
        };
        match models.get_mut(name) {
            Some(figures) => change(figures),
            None => change(models.entry(name.to_owned()).or_default()),
        }
    }
}

impl EventSink for LmStatistics {
    fn accept(&self, event: &Event) {
        match event {
            Event::LmFinished { lm, took, input_tokens, output_tokens, cost_usd, outcome } => {
                self.update(lm, |figures| {
                    figures.requests += 1;
                    figures.input_tokens = figures.input_tokens.saturating_add(*input_tokens);
                    figures.output_tokens = figures.output_tokens.saturating_add(*output_tokens);
                    match outcome {
                        Outcome::Ok => {
                            figures.took.record(*took);
                            figures.cost_usd += cost_usd.unwrap_or_default();
                            figures.unpriced += u64::from(cost_usd.is_none());
                        }
                        Outcome::Failed { kind } => {
                            *figures.failures.entry(kind.clone()).or_default() += 1;
                        }
                    }
                });
            }
            Event::LmCached { lm, outcome: CacheOutcome::Hit } => {
                self.update(lm, |figures| figures.cache_hits += 1);
            }
            Event::LmFellBack { from, .. } => self.update(from, |figures| figures.fell_back += 1),
            _ => {}
        }
    }
}

impl fmt::Display for LmFigures {
    /// `12 requests (1 failed), p50 310.0ms, p95 800.0ms, 4000 + 900 tokens, 0.001140 USD`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let failed: u64 = self.failures.values().sum();
        write!(formatter, "{} requests ({failed} failed)", self.requests)?;
        if let (Some(p50), Some(p95)) = (self.took.percentile(50.0), self.took.percentile(95.0)) {
            write!(formatter, ", p50 {p50:.1?}, p95 {p95:.1?}")?;
        }
        write!(formatter, ", {} + {} tokens", self.input_tokens, self.output_tokens)?;
        write!(formatter, ", {:.6} USD", self.cost_usd)?;
        if self.unpriced > 0 {
            write!(formatter, " and {} answers of unknown price", self.unpriced)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn finished(cost_usd: Option<f64>, failed: Option<&str>) -> Event {
        Event::LmFinished {
            lm: "m".into(),
            took: Duration::from_millis(5),
            input_tokens: 4,
            output_tokens: 2,
            cost_usd,
            outcome: failed.map_or(Outcome::Ok, |kind| Outcome::Failed { kind: kind.into() }),
        }
    }

    #[test]
    fn requests_are_counted_and_what_is_unknown_is_told() {
        let statistics = LmStatistics::default();
        statistics.accept(&finished(Some(0.25), None));
        statistics.accept(&finished(None, None));
        statistics.accept(&finished(None, Some("rate_limited")));
        statistics.accept(&Event::LmCached { lm: "m".into(), outcome: CacheOutcome::Hit });
        statistics.accept(&Event::LmCached { lm: "m".into(), outcome: CacheOutcome::Miss });
        let figures = statistics.of("m").unwrap();
        assert_eq!((figures.requests, figures.cache_hits, figures.unpriced), (3, 1, 1));
        let shown = figures.to_string();
        assert!(shown.starts_with("3 requests (1 failed), p50 5"), "{shown}");
        let end = "12 + 6 tokens, 0.250000 USD and 1 answers of unknown price";
        assert!(shown.ends_with(end), "{shown}");
        assert_eq!(statistics.of("n"), None);
    }

    #[test]
    fn names_cannot_fill_the_memory() {
        let statistics = LmStatistics::default();
        for number in 0..=LmStatistics::MAX_MODELS + 1 {
            let lm = number.to_string();
            statistics.accept(&Event::LmCached { lm, outcome: CacheOutcome::Hit });
        }
        assert_eq!(statistics.of(LmStatistics::OTHERS).unwrap().cache_hits, 2);
    }
}
