//! Files that hold no examples, or lines that hold none.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::{JsonError, ValueError};

/// Why there are no examples: a file that cannot be read, or lines that hold none, in order.
#[derive(Clone, Debug, PartialEq)]
pub struct LoadError {
    path: Option<PathBuf>,
    file: Option<String>,
    faults: Vec<LineFault>,
}

impl LoadError {
    pub(super) const fn of_lines(faults: Vec<LineFault>) -> Self {
        Self { path: None, file: None, faults }
    }

    pub(super) const fn of_file(what: String) -> Self {
        Self { path: None, file: Some(what), faults: Vec::new() }
    }

    pub(super) fn at(mut self, path: &Path) -> Self {
        self.path = Some(path.to_owned());
        self
    }

    /// The file, where one was read.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// What is wrong, line by line; nothing where the file as a whole is no good.
    #[must_use]
    pub fn faults(&self) -> &[LineFault] {
        &self.faults
    }
}

/// What is wrong with one line.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct LineFault {
    /// The line, counted from 1; where an example has several, its first.
    pub line: usize,
    /// What is wrong with it.
    pub cause: LineCause,
}

/// Why a line holds no example.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum LineCause {
    /// It is not JSON.
    Json(JsonError),
    /// A field is missing or of another type.
    Value(ValueError),
    /// A row of a table has more or fewer cells than the header has names.
    Cells {
        /// How many there should be.
        expected: usize,
        /// How many there are.
        found: usize,
    },
    /// The header of a table has a name twice.
    NameTwice(String),
}

impl fmt::Display for LoadError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(path) = &self.path {
            write!(formatter, "{}: ", path.display())?;
        }
        match (&self.file, self.faults.as_slice()) {
            (Some(what), _) => return formatter.write_str(what),
            (None, [fault]) => return fault.fmt(formatter),
            (None, faults) => write!(formatter, "{} lines hold no example", faults.len())?,
        }
        self.faults.iter().try_for_each(|fault| write!(formatter, "\n  {fault}"))
    }
}

impl fmt::Display for LineFault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "line {}: ", self.line)?;
        match &self.cause {
            LineCause::Json(error) => {
                write!(formatter, "{} at column {}", error.kind(), error.column())
            }
            LineCause::Value(error) => error.fmt(formatter),
            LineCause::Cells { expected, found } => {
                let cells = if *found == 1 { "cell" } else { "cells" };
                write!(formatter, "{found} {cells}, where the header has {expected}")
            }
            LineCause::NameTwice(name) => write!(formatter, "the header has `{name}` twice"),
        }
    }
}

impl std::error::Error for LoadError {}
