//! What ran where, how often, how long and at what price in tokens.

mod critical;
mod table;
mod tally;

use std::time::Duration;

use crate::plan::Planned;
use crate::stage::RanOn;

pub(crate) use tally::{End, StageRecord, Tally};

/// The figures of one run, or of all runs of a pipeline. Displayed, it is a table.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Report {
    /// The pipeline's name.
    pub pipeline: String,
    /// One entry for each stage, in the order in which they were listed.
    pub stages: Vec<StageReport>,
    /// The stages, each feeding the next, that together took longest; by medians over many runs.
    pub critical_path: Vec<String>,
    engines: Vec<EngineReport>,
}

/// The figures of one stage.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct StageReport {
    /// The stage's name.
    pub name: String,
    /// Where it ran, and how many times there; without entries where it never ran.
    pub ran_on: Vec<(RanOn, u64)>,
    /// How often it ran, its attempts counted together.
    pub calls: u64,
    /// Attempts that failed, recovered or not.
    pub failures: u64,
    /// How often it made nothing: its condition did not hold, or it failed and may be skipped.
    pub skipped: u64,
    /// Attempts after the first.
    pub retries: u64,
    /// Answers that came from somewhere else than the first choice.
    pub fallbacks: u64,
    /// Tokens the models read.
    pub input_tokens: u64,
    /// Tokens the models wrote.
    pub output_tokens: u64,
    /// The median time of a call, right to within 5 %; `None` without calls.
    pub p50: Option<Duration>,
    /// The time that 95 of 100 calls do not exceed, right to within 5 %; `None` without calls.
    pub p95: Option<Duration>,
}

/// The figures of everything that ran in one place.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct EngineReport {
    /// The place.
    pub ran_on: RanOn,
    /// How often a stage ran there.
    pub calls: u64,
    /// Attempts that failed, of stages that ended there.
    pub failures: u64,
    /// Tokens the models read.
    pub input_tokens: u64,
    /// Tokens the models wrote.
    pub output_tokens: u64,
    /// The median time of a call, right to within 5 %.
    pub p50: Option<Duration>,
    /// The time that 95 of 100 calls do not exceed, right to within 5 %.
    pub p95: Option<Duration>,
}

impl Report {
    pub(crate) fn new(planned: &Planned, tallies: &[Tally]) -> Self {
        let stages: Vec<StageReport> = planned.nodes[1..]
            .iter()
            .zip(tallies)
            .map(|(node, tally)| tally.stage_report(&node.name))
            .collect();
        let weights: Vec<Duration> =
            stages.iter().map(|stage| stage.p50.unwrap_or_default()).collect();
        Self {
            pipeline: planned.name.clone(),
            critical_path: critical::path(planned, &weights),
            engines: tally::engine_reports(tallies),
            stages,
        }
    }

    /// Functions, native and Python side by side: one entry for each that ran anything.
    #[must_use]
    pub fn by_engine(&self) -> &[EngineReport] {
        &self.engines
    }

    /// The figures of one stage; `None` where no stage has that name.
    #[must_use]
    pub fn stage(&self, name: &str) -> Option<&StageReport> {
        self.stages.iter().find(|stage| stage.name == name)
    }
}
