//! Calls that belong together, and how much it matters that one worker runs them.

use std::sync::Arc;

/// How much it matters that the calls of a session run on one worker: Python objects that a call leaves
/// behind are there for the next one alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Affinity {
    /// Not at all.
    None,
    /// The worker of the call before where it is free, another one where it is not.
    #[default]
    Prefer,
    /// The worker of the call before, and no other: a call waits until it is free.
    RequireAndQueue,
    /// The worker of the call before, and no other: a call fails where it is not free.
    RequireOrFail,
}

impl Affinity {
    /// Whether no other worker will do.
    #[must_use]
    pub const fn is_required(self) -> bool {
        matches!(self, Self::RequireAndQueue | Self::RequireOrFail)
    }
}

/// The session that a call belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct InSession {
    pub(crate) session: Arc<str>,
    pub(crate) affinity: Affinity,
}
