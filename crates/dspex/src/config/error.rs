//! What is wrong with a configuration, all of it at once.

use std::fmt;

/// Everything that is wrong with a configuration.
///
/// ```text
/// dspex.toml has 2 faults
///   line 3:  `lm.default.api_key` holds a secret
///            hint: put it in an environment variable and name that in `api_key_env`
///   line 19: `pool.general.n_workers.min` is 8, more than `max`, which is 4
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    origin: String,
    faults: Vec<ConfigFault>,
}

/// One thing that is wrong with a configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConfigFault {
    /// Where it is.
    pub place: Place,
    /// What is wrong.
    pub message: String,
    /// What to do about it, where that can be said.
    pub hint: Option<String>,
}

/// Where a setting stands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Place {
    /// The file as a whole.
    File,
    /// A line of the file, counted from 1.
    Line(usize),
    /// A variable of the environment.
    Variable(String),
    /// The builder.
    Builder,
}

impl ConfigError {
    /// The faults of `origin`, a file's name; they are put in order of their place.
    pub(crate) fn new(origin: impl Into<String>, mut faults: Vec<ConfigFault>) -> Self {
        debug_assert!(!faults.is_empty(), "an error has at least one fault");
        faults.sort_by(|one, other| one.place.cmp(&other.place));
        Self { origin: origin.into(), faults }
    }

    /// The faults, in order of their place; never empty.
    #[must_use]
    pub fn faults(&self) -> &[ConfigFault] {
        &self.faults
    }
}

impl ConfigFault {
    pub(crate) fn new(place: Place, message: impl Into<String>) -> Self {
        Self { place, message: message.into(), hint: None }
    }

    pub(crate) fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File => formatter.write_str("file"),
            Self::Line(line) => write!(formatter, "line {line}"),
            Self::Variable(name) => write!(formatter, "variable {name}"),
            Self::Builder => formatter.write_str("builder"),
        }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = if self.faults.len() == 1 { "fault" } else { "faults" };
        write!(formatter, "{} has {} {plural}", self.origin, self.faults.len())?;
        let places: Vec<_> = self.faults.iter().map(|fault| format!("{}:", fault.place)).collect();
        let width = places.iter().map(String::len).max().unwrap_or(0);
        for (fault, place) in self.faults.iter().zip(places) {
            write!(formatter, "\n  {place:width$} {}", fault.message)?;
            if let Some(hint) = &fault.hint {
                write!(formatter, "\n  {:width$} hint: {hint}", "")?;
            }
        }
        Ok(())
    }
}

impl std::error::Error for ConfigError {}
