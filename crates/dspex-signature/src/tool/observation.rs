//! What a tool says to the model: a value, or what went wrong.

use std::fmt;

use super::Observation;
use crate::{FieldType, Value, ValueError};

/// What the model is told when a tool fails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToolError(String);

impl ToolError {
    /// An error with this message, which the model reads.
    pub fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }

    pub(super) fn faults(name: &str, faults: Vec<ValueError>) -> Self {
        let faults = faults.into_iter().map(|fault| fault.in_field(name).to_string());
        Self(faults.collect::<Vec<_>>().join("; "))
    }
}

impl fmt::Display for ToolError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for ToolError {}

impl From<ValueError> for ToolError {
    fn from(error: ValueError) -> Self {
        Self(error.to_string())
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
