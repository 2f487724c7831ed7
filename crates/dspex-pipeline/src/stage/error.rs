//! A stage that made nothing: what happened, and whether to try again.

use std::any::Any;
use std::error::Error;
use std::fmt;
use std::time::Duration;

use dspex_signature::ValueError;

use super::Effort;

/// A failed attempt of a stage.
///
/// Any error of a function becomes one, and counts as worth another attempt;
/// [`StageError::permanent`] says that it is not.
#[derive(Debug)]
pub struct StageError(Box<Inner>);

#[derive(Debug)]
struct Inner {
    kind: StageErrorKind,
    retryable: bool,
    retry_after: Option<Duration>,
    name: &'static str,
    effort: Effort,
    earlier: Vec<StageError>,
}

/// Why a stage failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StageErrorKind {
    /// The function or module gave this error.
    #[error(transparent)]
    Failed(Box<dyn Error + Send + Sync>),
    /// A field it reads has another type than it expects, or is missing.
    #[error("input {0}")]
    Input(ValueError),
    /// What was made does not fit the output that is expected.
    #[error("output {0}")]
    Output(ValueError),
    /// It panicked.
    #[error("it panicked: {message}")]
    Panicked {
        /// The text of the panic.
        message: String,
    },
    /// It did not end in time.
    #[error("no answer within {after:.1?}")]
    Deadline {
        /// How long it was given.
        after: Duration,
    },
}

impl StageError {
    /// A failure that another attempt will not change.
    pub fn permanent(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::new(StageErrorKind::Failed(error.into()), false, "stage")
    }

    /// A failure that another attempt may not meet.
    pub fn retryable(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::new(StageErrorKind::Failed(error.into()), true, "stage")
    }

    pub(crate) fn new(kind: StageErrorKind, retryable: bool, name: &'static str) -> Self {
        // One attempt failed, or there would be no error.
        let effort = Effort { failures: 1, ..Effort::default() };
        let (retry_after, earlier) = (None, Vec::new());
        Self(Box::new(Inner { kind, retryable, retry_after, name, effort, earlier }))
    }

    /// An error of a function: errors that know better than "maybe" keep what they know.
    pub(crate) fn from_function(error: Box<dyn Error + Send + Sync>) -> Self {
        let error = match error.downcast::<Self>() {
            Ok(error) => return *error,
            Err(error) => error,
        };
        #[cfg(feature = "modules")]
        let error = match error.downcast::<dspex_bridge::CallError>() {
            Ok(error) => return Self::from(*error),
            Err(error) => error,
        };
        match error.downcast::<crate::PipelineError>() {
            Ok(error) if !error.is_retryable() => Self::permanent(error),
            Ok(error) => Self::retryable(error),
            Err(error) => Self::retryable(error),
        }
    }

    pub(crate) fn panicked(panic: &(dyn Any + Send)) -> Self {
        let message = panic
            .downcast_ref::<&str>()
            .map(|text| (*text).to_owned())
            .or_else(|| panic.downcast_ref::<String>().cloned())
            .unwrap_or_else(|| "a value that is not text".to_owned());
        Self::new(StageErrorKind::Panicked { message }, false, "panicked")
    }

    pub(crate) fn deadline(after: Duration) -> Self {
        Self::new(StageErrorKind::Deadline { after }, true, "deadline")
    }

    pub(crate) fn output(error: ValueError) -> Self {
        Self::new(StageErrorKind::Output(error), false, "output")
    }

    #[cfg(feature = "modules")]
    pub(crate) fn with_name(mut self, name: &'static str, retry_after: Option<Duration>) -> Self {
        self.0.name = name;
        self.0.retry_after = retry_after;
        self
    }

    /// The same error with this effort.
    #[must_use]
    pub fn with_effort(mut self, effort: Effort) -> Self {
        self.0.effort = effort;
        self
    }

    /// The same error with what failed before it.
    #[must_use]
    pub(crate) fn with_earlier(mut self, error: Self) -> Self {
        let mut effort = error.effort();
        effort += self.0.effort;
        self.0.effort = effort;
        self.0.earlier.insert(0, error);
        self
    }

    /// For matching on what happened.
    #[must_use]
    pub fn kind(&self) -> &StageErrorKind {
        &self.0.kind
    }

    /// The kind's short name, for events and statistics.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.0.name
    }

    /// The error of the function or module, as its own type.
    #[must_use]
    pub fn downcast_ref<E: Error + 'static>(&self) -> Option<&E> {
        match self.kind() {
            StageErrorKind::Failed(error) => error.downcast_ref(),
            _ => None,
        }
    }

    /// Whether the stage may succeed when it is run again on the same fields.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        self.0.retryable
    }

    /// How long to wait before trying again, where that is known.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// What was spent before the failure.
    #[must_use]
    pub fn effort(&self) -> Effort {
        self.0.effort
    }

    /// What failed before, where a second choice failed as well; oldest first.
    #[must_use]
    pub fn earlier(&self) -> &[Self] {
        &self.0.earlier
    }
}

impl fmt::Display for StageError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.kind.fmt(formatter)
    }
}

impl Error for StageError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.kind.source()
    }
}

impl From<ValueError> for StageError {
    fn from(error: ValueError) -> Self {
        Self::new(StageErrorKind::Input(error), false, "input")
    }
}
