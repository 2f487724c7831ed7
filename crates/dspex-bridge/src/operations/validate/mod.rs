//! Validators by name: whether a value is what it should be, and why not.

mod checks;
mod credit_card;
mod date;
mod email;
mod error;
mod found;
mod json_schema;
mod language;
mod length;
mod options;
mod phone;
mod pii;
mod range;
mod regex;
mod url;
mod violation;

#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::Arc;

use dspex_signature::{Fields, Value};

pub use checks::Checks;
pub use error::ValidatorError;
use found::Found;
use options::Options;
pub use pii::{Pii, PiiSpan};
pub use violation::{Violation, Violations};

/// A check of one value, made once and shared by its clones.
///
/// ```
/// use dspex_bridge::operations::Validator;
/// use dspex_signature::fields;
///
/// let short = Validator::new("length", &fields! { "max" => 10 })?;
/// assert!(short.check(&"Leeds".into()).is_ok());
/// let violations = short.check(&"Newcastle upon Tyne".into()).unwrap_err();
/// assert_eq!(violations.to_string(), "the value has 19 characters, more than 10");
/// # Ok::<(), dspex_bridge::operations::ValidatorError>(())
/// ```
#[derive(Clone)]
pub struct Validator {
    row: &'static Row,
    rule: Arc<dyn Rule>,
}

/// What a validator does.
trait Rule: Send + Sync + 'static {
    /// Adds what is wrong with the value.
    fn check(&self, value: &Value, found: &mut Found);
}

/// A validator as the table has it.
struct Row {
    name: &'static str,
    about: &'static str,
    options: &'static [&'static str],
    build: fn(&Options<'_>) -> Result<Arc<dyn Rule>, ValidatorError>,
}

/// Every validator, by its file.
const VALIDATORS: &[Row] = &[
    credit_card::ROW,
    date::ROW,
    email::ROW,
    json_schema::ROW,
    language::ROW,
    length::ROW,
    phone::ROW,
    pii::ROW,
    range::ROW,
    regex::ROW,
    url::ROW,
];

impl Validator {
    /// The validator of this name, where it needs no options: `email`.
    ///
    /// # Errors
    /// [`ValidatorError::Unknown`], whose hint lists the names; [`ValidatorError::Option`] where the
    /// validator needs to be told something.
    pub fn named(name: &str) -> Result<Self, ValidatorError> {
        Self::new(name, &Fields::new())
    }

    /// The validator of this name with options: `length` with a `max` of 200.
    ///
    /// # Errors
    /// As [`named`](Self::named), and [`ValidatorError::UnknownOption`], whose hint lists those that
    /// the validator has.
    pub fn new(name: &str, options: &Fields) -> Result<Self, ValidatorError> {
        let row = VALIDATORS.iter().find(|row| row.name == name);
        let row = row.ok_or_else(|| ValidatorError::Unknown(name.to_owned()))?;
        let options = Options::new(row, options)?;
        Ok(Self { row, rule: (row.build)(&options)? })
    }

    /// The names of all validators.
    pub fn names() -> impl ExactSizeIterator<Item = &'static str> {
        VALIDATORS.iter().map(|row| row.name)
    }

    /// Its name: `credit_card`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.row.name
    }

    /// What passes, in a few words.
    #[must_use]
    pub const fn about(&self) -> &'static str {
        self.row.about
    }

    /// The names of its options.
    #[must_use]
    pub const fn options(&self) -> &'static [&'static str] {
        self.row.options
    }

    /// Checks a value.
    ///
    /// # Errors
    /// Everything that is wrong with it, at most [`Violations::MAX`] times.
    pub fn check(&self, value: &Value) -> Result<(), Violations> {
        let mut found = Found::new();
        self.rule.check(value, &mut found);
        found.into_result()
    }
}

impl fmt::Debug for Validator {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Validator").field("name", &self.row.name).finish_non_exhaustive()
    }
}
