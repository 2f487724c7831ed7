//! What a run tells while it goes on.

use dspex_signature::Fields;

use super::Completed;
use crate::stage::RanOn;

/// Something that happened in a run.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum RunEvent<O> {
    /// A stage has all it reads and was started.
    Started {
        /// The stage's name.
        stage: String,
    },
    /// A stage made its fields.
    Finished {
        /// The stage's name.
        stage: String,
        /// What it made.
        fields: Fields,
        /// Where it ran.
        ran_on: RanOn,
    },
    /// A stage made nothing, without failing the run.
    Skipped {
        /// The stage's name.
        stage: String,
        /// Why.
        why: String,
    },
    /// How far the run is; follows each end of a stage.
    Progress {
        /// Stages that have ended.
        done: usize,
        /// Stages in all.
        of: usize,
    },
    /// The output; the last event.
    Done(Completed<O>),
}
