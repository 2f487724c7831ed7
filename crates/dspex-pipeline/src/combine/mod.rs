//! What can be said about a stage where it is listed: conditions, recovery and limits.

mod limit;
mod recover;
mod when;

use std::time::Duration;

use dspex_signature::Record;

use crate::stage::{IntoStage, Stage};
use crate::wiring::{lacking, refuse};

pub use limit::{After, Attempts, Within};
pub(crate) use recover::caught;
pub use recover::{Or, OrElse, OrSkip};
pub use when::{Otherwise, When};

/// What can be said about every stage.
///
/// Each method takes what was said so far as a whole: `stage.attempts(2).within(limit)` limits
/// both attempts together, `stage.within(limit).attempts(2)` each of them.
pub trait StageExt<Marker>: IntoStage<Marker> {
    /// Runs the stage if `condition` holds; else it is skipped.
    ///
    /// The condition reads a record, wired like a stage. What the stage makes becomes optional:
    /// read it as an `Option`, or add [`When::otherwise`] or [`StageExt::or`].
    fn when<C, F>(self, condition: F) -> When<Self::Stage, C, F>
    where
        C: Record,
        F: Fn(&C) -> bool + Send + Sync + 'static,
    {
        When::new(self.into_stage(), condition)
    }

    /// Runs `other` if this stage fails. It has to make at least what this one makes.
    fn or_else<M, B: IntoStage<M>>(self, other: B) -> OrElse<Self::Stage, B::Stage> {
        const { refuse(lacking(&B::Stage::MAKES, &<Self::Stage as Stage>::Output::SHAPE)) };
        OrElse::new(self.into_stage(), other.into_stage())
    }

    /// Makes `value` if this stage fails or is skipped.
    fn or(self, value: <Self::Stage as Stage>::Output) -> Or<Self::Stage> {
        Or::new(self.into_stage(), value)
    }

    /// Skips this stage if it fails. What it makes becomes optional.
    fn or_skip(self) -> OrSkip<Self::Stage> {
        OrSkip::new(self.into_stage())
    }

    /// Runs the stage up to `attempts` times in all, the first time included, as long as its
    /// error [is worth it](crate::StageError::is_retryable); 0 counts as 1.
    ///
    /// Where the error says how long to wait, the next attempt waits that long.
    fn attempts(self, attempts: u32) -> Attempts<Self::Stage> {
        Attempts::new(self.into_stage(), attempts)
    }

    /// Gives the stage this long; then it fails.
    fn within(self, within: Duration) -> Within<Self::Stage> {
        Within::new(self.into_stage(), within)
    }

    /// Starts the stage after the one of that name has ended, although it reads nothing from it.
    fn after(self, stage: &str) -> After<Self::Stage> {
        After::new(self.into_stage(), stage)
    }
}

impl<S: IntoStage<Marker>, Marker> StageExt<Marker> for S {}
