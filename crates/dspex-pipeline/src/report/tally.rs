//! Counting: how each stage ended, added up.

use std::time::Duration;

use dspex_telemetry::Durations;

use super::{EngineReport, StageReport};
use crate::stage::{Effort, RanOn};

/// How a stage of one run ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum End {
    /// It has not ended, or never started.
    #[default]
    None,
    Made,
    Skipped,
    Failed,
}

/// One stage of one run.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct StageRecord {
    pub(crate) end: End,
    /// Where; `None` where no engine could run it.
    pub(crate) ran_on: Option<RanOn>,
    pub(crate) took: Duration,
    pub(crate) effort: Effort,
}

const NOWHERE: usize = RanOn::ALL.len();

/// The records of one stage, added up.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    /// One for each of [`RanOn::ALL`], and a last one for what could run nowhere.
    places: [Place; RanOn::ALL.len() + 1],
    skipped: u64,
    retries: u64,
    fallbacks: u64,
}

#[derive(Clone, Debug, Default)]
struct Place {
    failures: u64,
    input_tokens: u64,
    output_tokens: u64,
    durations: Durations,
}

impl Tally {
    pub(crate) fn of(record: &StageRecord) -> Self {
        let mut tally = Self::default();
        tally.add(record);
        tally
    }

    pub(crate) fn add(&mut self, record: &StageRecord) {
        let StageRecord { end, ran_on, took, effort } = record;
        if *end == End::None {
            return;
        }
        self.skipped += u64::from(*end == End::Skipped);
        self.retries += u64::from(effort.retries);
        self.fallbacks += u64::from(effort.fallbacks);
        // A condition that does not hold is no call; a failure that may be skipped is one.
        if *end != End::Skipped || effort.failures > 0 {
            let place = &mut self.places[ran_on.map_or(NOWHERE, |ran_on| ran_on as usize)];
            place.failures += u64::from(effort.failures);
            place.input_tokens = place.input_tokens.saturating_add(effort.input_tokens);
            place.output_tokens = place.output_tokens.saturating_add(effort.output_tokens);
            place.durations.record(*took);
        }
    }

    pub(super) fn stage_report(&self, name: &str) -> StageReport {
        let mut all = Place::default();
        let mut ran_on = Vec::new();
        for (place, figures) in self.places.iter().enumerate() {
            all.merge(figures);
            if let (Some(place), 1..) = (RanOn::ALL.get(place), figures.durations.count()) {
                ran_on.push((*place, figures.durations.count()));
            }
        }
        StageReport {
            name: name.to_owned(),
            ran_on,
            calls: all.durations.count(),
            failures: all.failures,
            skipped: self.skipped,
            retries: self.retries,
            fallbacks: self.fallbacks,
            input_tokens: all.input_tokens,
            output_tokens: all.output_tokens,
            p50: all.durations.percentile(50.0),
            p95: all.durations.percentile(95.0),
        }
    }
}

impl Place {
    fn merge(&mut self, other: &Self) {
        self.failures += other.failures;
        self.input_tokens = self.input_tokens.saturating_add(other.input_tokens);
        self.output_tokens = self.output_tokens.saturating_add(other.output_tokens);
        self.durations.merge(&other.durations);
    }
}

/// One entry for each place where something ran, in the order of [`RanOn::ALL`].
pub(super) fn engine_reports(tallies: &[Tally]) -> Vec<EngineReport> {
    let report = |ran_on: RanOn| {
        let mut all = Place::default();
        tallies.iter().for_each(|tally| all.merge(&tally.places[ran_on as usize]));
        (all.durations.count() > 0).then(|| EngineReport {
            ran_on,
            calls: all.durations.count(),
            failures: all.failures,
            input_tokens: all.input_tokens,
            output_tokens: all.output_tokens,
            p50: all.durations.percentile(50.0),
            p95: all.durations.percentile(95.0),
        })
    };
    RanOn::ALL.into_iter().filter_map(report).collect()
}
