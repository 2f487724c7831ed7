//! The output of a run, with its report.

use std::ops::Deref;
use std::sync::Arc;

use super::pipeline::Core;
use crate::report::{Report, StageRecord, Tally};

/// The output of a run; reads like the output.
#[derive(Clone, Debug)]
pub struct Completed<O> {
    output: O,
    record: RunRecord,
}

impl<O> Completed<O> {
    pub(super) const fn new(output: O, record: RunRecord) -> Self {
        Self { output, record }
    }

    /// What ran where in this run, and for how long.
    #[must_use]
    pub fn report(&self) -> Report {
        self.record.report()
    }

    /// The output alone.
    pub fn into_inner(self) -> O {
        self.output
    }
}

impl<O> Deref for Completed<O> {
    type Target = O;

    fn deref(&self) -> &O {
        &self.output
    }
}

/// The figures of one run; made into a report when somebody asks for it.
#[derive(Clone, Debug)]
pub(crate) struct RunRecord {
    pub(crate) core: Arc<Core>,
    pub(crate) records: Vec<StageRecord>,
}

impl RunRecord {
    pub(super) fn report(&self) -> Report {
        let tallies: Vec<Tally> = self.records.iter().map(Tally::of).collect();
        Report::new(self.core.planned(), &tallies)
    }

    pub(super) fn pipeline(&self) -> &str {
        &self.core.planned().name
    }
}
