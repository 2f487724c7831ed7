//! The options of a validator, read by name.

use dspex_signature::{Fields, Value};

use super::{Row, ValidatorError};

/// What a validator was told, of which every name is one that it has.
pub(super) struct Options<'o> {
    validator: &'static str,
    given: &'o Fields,
}

impl<'o> Options<'o> {
    pub(super) fn new(row: &Row, given: &'o Fields) -> Result<Self, ValidatorError> {
        match given.names().find(|name| !row.options.contains(name)) {
            Some(name) => {
                Err(ValidatorError::UnknownOption { validator: row.name, option: name.to_owned() })
            }
            None => Ok(Self { validator: row.name, given }),
        }
    }

    /// What was given; `None` counts as nothing.
    pub(super) fn value(&self, name: &'static str) -> Option<&'o Value> {
        self.given.value(name).filter(|value| !value.is_null())
    }

    /// A text.
    pub(super) fn text(&self, name: &'static str) -> Result<Option<&'o str>, ValidatorError> {
        self.read(name, "a text", Value::as_str)
    }

    /// A text, or a list of them.
    pub(super) fn texts(&self, name: &'static str) -> Result<Option<Vec<&'o str>>, ValidatorError> {
        self.read(name, "a text or a list of texts", |value| match value.as_list() {
            Some(items) => items.iter().map(Value::as_str).collect(),
            None => Some(vec![value.as_str()?]),
        })
    }

    /// A whole number of things.
    pub(super) fn count(&self, name: &'static str) -> Result<Option<usize>, ValidatorError> {
        self.read(name, "a count", |value| usize::try_from(value.as_int()?).ok())
    }

    /// Yes or no.
    pub(super) fn flag(&self, name: &'static str, otherwise: bool) -> Result<bool, ValidatorError> {
        Ok(self.read(name, "`True` or `False`", Value::as_bool)?.unwrap_or(otherwise))
    }

    /// What is wrong with an option.
    pub(super) fn fault(&self, option: &'static str, why: impl Into<String>) -> ValidatorError {
        ValidatorError::Option { validator: self.validator, option, why: why.into() }
    }

    /// An option by a way to read it.
    pub(super) fn read<T>(
        &self,
        name: &'static str,
        expected: &str,
        read: impl FnOnce(&'o Value) -> Option<T>,
    ) -> Result<Option<T>, ValidatorError> {
        let Some(value) = self.value(name) else { return Ok(None) };
        let wrong = || format!("should be {expected}, found `{}`", value.python_type());
        read(value).map(Some).ok_or_else(|| self.fault(name, wrong()))
    }
}
