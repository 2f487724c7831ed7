//! What a tool says to the model: a value, or what went wrong.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use super::Observation;
use crate::{FieldType, Value, ValueError};

/// What the model is told when a tool fails.
#[derive(Clone, Debug)]
pub struct ToolError {
    message: String,
    source: Option<Arc<dyn Error + Send + Sync>>,
}

impl ToolError {
    /// An error with this message, which the model reads.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), source: None }
    }

    /// The same message with what it comes from, which Rust reads as its
    /// [`source`](Error::source) and the model does not.
    #[must_use]
    pub fn with_source(mut self, source: impl Error + Send + Sync + 'static) -> Self {
        self.source = Some(Arc::new(source));
        self
    }

    pub(super) fn faults(name: &str, faults: Vec<ValueError>) -> Self {
        let faults = faults.into_iter().map(|fault| fault.in_field(name).to_string());
        Self::new(faults.collect::<Vec<_>>().join("; "))
    }
}

impl fmt::Display for ToolError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl Error for ToolError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

/// Errors are equal that the model reads as one.
impl PartialEq for ToolError {
    fn eq(&self, other: &Self) -> bool {
        self.message == other.message
    }
}

impl Eq for ToolError {}

impl From<ValueError> for ToolError {
    fn from(error: ValueError) -> Self {
        Self::new(error.to_string())
    }
}

/// What a tool's function may return: a field type, nothing, or a `Result` whose error the model
/// reads through `Display`.
#[diagnostic::on_unimplemented(
    message = "a tool cannot return `{Self}`",
    label = "not something that a model can be told",
    note = "return a field type, nothing, or a `Result` of one whose error has `Display`"
)]
pub trait IntoObservation {
    /// What the model is told.
    ///
    /// # Errors
    /// [`ToolError`] where the function failed.
    fn into_observation(self) -> Observation;
}

impl<T: FieldType> IntoObservation for T {
    fn into_observation(self) -> Observation {
        Ok(self.into_value())
    }
}

impl IntoObservation for () {
    fn into_observation(self) -> Observation {
        Ok(Value::Null)
    }
}

impl<T: IntoObservation, E: fmt::Display> IntoObservation for Result<T, E> {
    fn into_observation(self) -> Observation {
        self.map_or_else(|error| Err(ToolError::new(error.to_string())), T::into_observation)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_error_comes_from_is_for_rust_to_read() {
        let cause = ValueError::new("int", "str");
        let error = ToolError::new("no such order").with_source(cause.clone());
        assert_eq!(error, ToolError::new("no such order"));
        let source = error.source().and_then(|source| source.downcast_ref::<ValueError>());
        assert_eq!(source, Some(&cause));
        assert!(ToolError::new("no such order").source().is_none());
    }
}
