//! The surroundings of a running stage.

use std::time::Duration;

use dspex_telemetry::Recorder;
use tokio::time::Instant;

/// Until when a stage may run, and where its events go.
///
/// Cancellation needs no word of its own: a stage that is cancelled is dropped.
#[derive(Clone, Debug, Default)]
pub struct StageContext {
    deadline: Option<Instant>,
    recorder: Recorder,
}

impl StageContext {
    /// Surroundings without a deadline.
    #[must_use]
    pub const fn new(recorder: Recorder) -> Self {
        Self { deadline: None, recorder }
    }

    /// The same surroundings, to end `within` from now at the latest; an earlier deadline stays.
    #[must_use]
    pub fn within(mut self, within: Duration) -> Self {
        // A time too far away to be told is no deadline.
        if let Some(deadline) = Instant::now().checked_add(within) {
            self.deadline = Some(self.deadline.map_or(deadline, |earlier| earlier.min(deadline)));
        }
        self
    }

    /// The time left until the deadline; `None` without one, zero when it has passed.
    #[must_use]
    pub fn remaining(&self) -> Option<Duration> {
        self.deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()))
    }

    /// Where events go.
    #[must_use]
    pub const fn recorder(&self) -> &Recorder {
        &self.recorder
    }

    pub(crate) const fn deadline(&self) -> Option<Instant> {
        self.deadline
    }
}
