//! One step on the way of a call, whether or not it gave the answer.

use std::fmt;
use std::time::Duration;

/// One thing that was tried on the way to an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PathStep {
    /// What was tried: `native`, `python`, `python parse`.
    pub what: String,
    /// How long it took.
    pub took: Duration,
    /// Why it gave no answer; `None` where it did.
    pub failed: Option<String>,
}

impl PathStep {
    /// A step that gave an answer, or failed for a reason.
    pub fn new(what: impl Into<String>, took: Duration, failed: Option<String>) -> Self {
        Self { what: what.into(), took, failed }
    }
}

impl fmt::Display for PathStep {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} ({:.1?})", self.what, self.took)?;
        match &self.failed {
            Some(reason) => write!(formatter, ": {reason}"),
            None => Ok(()),
        }
    }
}
