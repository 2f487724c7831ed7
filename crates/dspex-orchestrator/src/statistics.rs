//! What came of the calls so far, by module and engine.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Mutex, PoisonError};

use dspex_telemetry::{Durations, Event, EventSink, Outcome};

/// Counts calls by module, from the events that every call reports.
#[derive(Debug, Default)]
pub struct Statistics(Mutex<BTreeMap<String, ModuleStatistics>>);

/// What came of one module's calls.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct ModuleStatistics {
    /// By the engine that answered or failed last: `native`, `python`.
    pub engines: BTreeMap<String, EngineStatistics>,
    /// Calls that went on to another engine.
    pub fallbacks: u64,
    /// Completions that Python parsed for the native engine.
    pub delegated_parses: u64,
    /// Completions that the native parser read without being sure, for want of Python.
    pub approximate_parses: u64,
}

/// What came of one module's calls on one engine.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct EngineStatistics {
    /// Calls that ended, well or not.
    pub calls: u64,
    /// Calls that failed, by the error's kind.
    pub failures: BTreeMap<String, u64>,
    /// How long the calls took.
    pub took: Durations,
    /// Tokens the models read.
    pub input_tokens: u64,
    /// Tokens the models wrote.
    pub output_tokens: u64,
}

impl Statistics {
    /// Modules that are told apart; the calls of further ones are counted under
    /// [`Statistics::OTHERS`], so that generated names cannot fill the memory.
    pub const MAX_MODULES: usize = 4_096;
    /// The name of all modules beyond [`Statistics::MAX_MODULES`].
    pub const OTHERS: &'static str = "(others)";

    /// A copy of the figures as they stand, by module name.
    #[must_use]
    pub fn snapshot(&self) -> BTreeMap<String, ModuleStatistics> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn update(&self, module: &str, change: impl FnOnce(&mut ModuleStatistics)) {
        let mut modules = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let name = match modules.contains_key(module) || modules.len() < Self::MAX_MODULES {
            true => module,
            false => Self::OTHERS,
        };
        match modules.get_mut(name) {
            Some(statistics) => change(statistics),
            None => change(modules.entry(name.to_owned()).or_default()),
        }
    }
}

impl EventSink for Statistics {
    fn accept(&self, event: &Event) {
        match event {
            Event::CallFinished { module, engine, took, input_tokens, output_tokens, outcome } => {
                self.update(module, |module| {
                    let engine = module.engines.entry(engine.clone()).or_default();
                    engine.calls += 1;
                    engine.took.record(*took);
                    engine.input_tokens = engine.input_tokens.saturating_add(*input_tokens);
                    engine.output_tokens = engine.output_tokens.saturating_add(*output_tokens);
                    if let Outcome::Failed { kind } = outcome {
                        *engine.failures.entry(kind.clone()).or_default() += 1;
                    }
                });
            }
            Event::ModuleFellBack { module, .. } => {
                self.update(module, |module| module.fallbacks += 1);
            }
            Event::ParseDelegated { module, .. } => {
                self.update(module, |module| module.delegated_parses += 1);
            }
            Event::ParseApproximated { module, .. } => {
                self.update(module, |module| module.approximate_parses += 1);
            }
            _ => {}
        }
    }
}

impl fmt::Display for ModuleStatistics {
    /// One clause for each engine: `native 12 calls (1 failed), p50 3.1ms, p95 8.0ms`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, (engine, figures)) in self.engines.iter().enumerate() {
            let separator = if position > 0 { "; " } else { "" };
            let failed: u64 = figures.failures.values().sum();
            write!(formatter, "{separator}{engine} {} calls ({failed} failed)", figures.calls)?;
            if let (Some(p50), Some(p95)) =
                (figures.took.percentile(50.0), figures.took.percentile(95.0))
            {
                write!(formatter, ", p50 {p50:.1?}, p95 {p95:.1?}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn finished(module: &str, outcome: Outcome) -> Event {
        Event::CallFinished {
            module: module.into(),
            engine: "native".into(),
            took: Duration::from_millis(5),
            input_tokens: 10,
            output_tokens: 2,
            outcome,
        }
    }

    #[test]
    fn calls_failures_and_tokens_are_counted_by_module() {
        let statistics = Statistics::default();
        statistics.accept(&finished("Ask", Outcome::Ok));
        statistics.accept(&finished("Ask", Outcome::Failed { kind: "lm".into() }));
        let ask = &statistics.snapshot()["Ask"];
        let native = &ask.engines["native"];
        assert_eq!((native.calls, native.input_tokens, native.output_tokens), (2, 20, 4));
        assert_eq!(native.failures["lm"], 1);
        assert_eq!(ask.to_string(), "native 2 calls (1 failed), p50 5.0ms, p95 5.0ms");
    }

    #[test]
    fn generated_names_do_not_fill_the_memory() {
        let statistics = Statistics::default();
        for name in 0..Statistics::MAX_MODULES + 10 {
            statistics.accept(&finished(&name.to_string(), Outcome::Ok));
        }
        let snapshot = statistics.snapshot();
        assert_eq!(snapshot.len(), Statistics::MAX_MODULES + 1);
        assert_eq!(snapshot[Statistics::OTHERS].engines["native"].calls, 10);
    }
}
