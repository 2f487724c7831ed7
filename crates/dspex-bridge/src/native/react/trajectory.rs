//! What `ReAct` did so far: four entries for each step, which later prompts show.

use dspex_signature::{Fields, Value};

use crate::call::TrajectoryStep;

/// The input in which a prompt shows it, and the output that keeps it.
pub(super) const TRAJECTORY: &str = "trajectory";

/// How many entries a step has.
const N_ENTRIES: usize = 4;

/// The steps, oldest first.
#[derive(Default)]
pub(super) struct Trajectory(Fields);

impl Trajectory {
    /// Adds a step: what the model thought, what it called, with what, and what came of it.
    pub(super) fn push(&mut self, number: u32, step: [Value; N_ENTRIES]) {
        let names = ["thought", "tool_name", "tool_args", "observation"];
        for (name, value) in names.into_iter().zip(step) {
            self.0.insert(format!("{name}_{number}"), value);
        }
    }

    /// The step of this number, where it has the form of one.
    pub(super) fn step(&self, number: u32) -> Option<TrajectoryStep> {
        TrajectoryStep::read(&self.0, usize::try_from(number).ok()?).ok()
    }

    /// Takes the oldest step off; `false` where there is no other one.
    pub(super) fn cut(&mut self) -> bool {
        if self.0.len() <= N_ENTRIES {
            return false;
        }
        self.0 = std::mem::take(&mut self.0).into_iter().skip(N_ENTRIES).collect();
        true
    }

    pub(super) const fn entries(&self) -> &Fields {
        &self.0
    }

    pub(super) fn into_entries(self) -> Fields {
        self.0
    }
}
