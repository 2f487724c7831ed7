//! A validator that cannot be made: what, where, what to do next.

use std::fmt;

use dspex_signature::nearest;

use super::VALIDATORS;

/// Why there is no such validator.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ValidatorError {
    /// There is no validator of this name.
    Unknown(String),
    /// The validator has no such option.
    UnknownOption {
        /// The validator's name.
        validator: &'static str,
        /// The option that it was given.
        option: String,
    },
    /// An option is missing, or not what it should be.
    Option {
        /// The validator's name.
        validator: &'static str,
        /// The option's name.
        option: &'static str,
        /// What is wrong with it: `should be a count, found `str``.
        why: String,
    },
    /// A record has no field of this name.
    NoField(String),
}

impl ValidatorError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::Unknown(name) => {
                let names: Vec<&str> = VALIDATORS.iter().map(|row| row.name).collect();
                format!("validators are {}", listed(name, &names))
            }
            Self::UnknownOption { validator, option } => {
                let row = VALIDATORS.iter().find(|row| row.name == *validator);
                match row.map_or(&[][..], |row| row.options) {
                    [] => "it has no options".to_owned(),
                    names => format!("its options are {}", listed(option, names)),
                }
            }
            Self::Option { .. } => "see the options of validators in the guide".to_owned(),
            Self::NoField(_) => "add the field to the record, or take the check out".to_owned(),
        }
    }
}

/// The names, and the one that was meant.
fn listed(name: &str, names: &[&str]) -> String {
    let meant =
        nearest(name, names).map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
    format!("`{}`{meant}", names.join("`, `"))
}

impl fmt::Display for ValidatorError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown(name) => write!(formatter, "there is no validator `{name}`"),
            Self::UnknownOption { validator, option } => {
                write!(formatter, "validator `{validator}` has no option `{option}`")
            }
            Self::Option { validator, option, why } => {
                write!(formatter, "option `{option}` of validator `{validator}` {why}")
            }
            Self::NoField(name) => write!(formatter, "there is no field `{name}` to check"),
        }
    }
}

impl std::error::Error for ValidatorError {}
