//! A run that gave no output.

use std::error::Error;
use std::fmt;

use dspex_signature::Fields;

use super::completed::RunRecord;
use crate::report::Report;
use crate::stage::StageError;

/// A run that failed at one stage; what other stages had made by then is kept.
///
/// The text names stage and pipeline; what happened is [`PipelineError::cause`], which is also
/// the error's source.
pub struct PipelineError(Box<Inner>);

struct Inner {
    stage: String,
    cause: StageError,
    partial: Fields,
    record: RunRecord,
}

impl PipelineError {
    pub(super) fn new(
        stage: String,
        cause: StageError,
        partial: Fields,
        record: RunRecord,
    ) -> Self {
        Self(Box::new(Inner { stage, cause, partial, record }))
    }

    /// The name of the pipeline.
    #[must_use]
    pub fn pipeline(&self) -> &str {
        self.0.record.pipeline()
    }

    /// The name of the stage that failed. A run that took too long names the first stage that had
    /// not ended; an output that does not fit its type is named `output`.
    #[must_use]
    pub fn stage(&self) -> &str {
        &self.0.stage
    }

    /// What happened.
    #[must_use]
    pub fn cause(&self) -> &StageError {
        &self.0.cause
    }

    /// What stages had made before the failure, by field name; of equal names the later stage's.
    #[must_use]
    pub fn partial(&self) -> &Fields {
        &self.0.partial
    }

    /// What ran where before the failure.
    #[must_use]
    pub fn report(&self) -> Report {
        self.0.record.report()
    }

    /// Whether another run on the same input may succeed.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        self.0.cause.is_retryable()
    }
}

/// Names of fields only: their values may be private, and `main` prints an error this way.
impl fmt::Debug for PipelineError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("PipelineError")
            .field("pipeline", &self.pipeline())
            .field("stage", &self.stage())
            .field("cause", &self.cause())
            .field("partial", &self.partial().names().collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}

impl fmt::Display for PipelineError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.stage() {
            crate::plan::OUTPUT => {
                write!(formatter, "pipeline `{}` gave no output", self.pipeline())
            }
            stage => write!(formatter, "stage `{stage}` of pipeline `{}` failed", self.pipeline()),
        }
    }
}

impl Error for PipelineError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.0.cause)
    }
}
