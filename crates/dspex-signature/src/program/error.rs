//! What is wrong with a saved program: all of it at once, each fault with its predictor and a hint.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::{
    FaultKind, JsonError, JsonErrorKind,
    signature::{write_faults, write_hint},
};

/// Everything that is wrong with a saved program, or with the way it fits a module.
///
/// Prints one fault after the other, each with its hint below it:
///
/// ```text
/// predictor `extract.predict` was saved with 3 fields (`Question:`, `Reasoning:`, `Answer:`), the signature `Ask` has 2 (`question`, `answer`)
///   hint: `ChainOfThought` adds `reasoning`; load its state with `ProgramShape::chain_of_thought`
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProgramError {
    file: Option<PathBuf>,
    faults: Vec<ProgramFault>,
}

impl ProgramError {
    pub(super) fn of(faults: Vec<ProgramFault>) -> Self {
        debug_assert!(!faults.is_empty(), "an error has at least one fault");
        Self { file: None, faults }
    }

    /// The same error, of a file.
    #[must_use]
    pub fn at(mut self, file: &Path) -> Self {
        self.file = Some(file.to_owned());
        self
    }

    /// The file, where one was read.
    #[must_use]
    pub fn file(&self) -> Option<&Path> {
        self.file.as_deref()
    }

    /// `Ok` where nothing is wrong.
    pub(super) fn unless_empty(faults: Vec<ProgramFault>) -> Result<(), Self> {
        if faults.is_empty() { Ok(()) } else { Err(Self::of(faults)) }
    }

    /// The faults, in the order of the file; never empty.
    #[must_use]
    pub fn faults(&self) -> &[ProgramFault] {
        &self.faults
    }

    /// Whether DSPy could load this, and only dspex does not.
    ///
    /// `false` as soon as one fault is of the kind [`FaultKind::Refused`].
    #[must_use]
    pub fn is_unsupported(&self) -> bool {
        self.faults.iter().all(|fault| fault.kind == FaultKind::Unsupported)
    }
}

impl From<ProgramFault> for ProgramError {
    fn from(fault: ProgramFault) -> Self {
        Self::of(vec![fault])
    }
}

impl fmt::Display for ProgramError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(file) = &self.file {
            write!(formatter, "{}: ", file.display())?;
        }
        write_faults(&self.faults, formatter)
    }
}

impl std::error::Error for ProgramError {}

/// One thing that is wrong with a saved program.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ProgramFault {
    /// [`FaultKind::Refused`] where DSPy does not load it either, or where it would put saved
    /// fields onto others without a word; [`FaultKind::Unsupported`] where only dspex refuses.
    pub kind: FaultKind,
    /// The path of the predictor, empty for the only one of a `Predict`; `None` where the fault is
    /// the file's.
    pub path: Option<String>,
    /// What is wrong.
    pub message: String,
    /// What to do about it, where that can be said.
    pub hint: Option<String>,
    /// The line of a text that is not JSON, counted from 1.
    pub line: Option<usize>,
    /// The column in that line, in characters, counted from 1.
    pub column: Option<usize>,
}

impl ProgramFault {
    /// A fault of the file, of the kind [`FaultKind::Refused`].
    pub(super) fn new(message: impl Into<String>) -> Self {
        let (kind, message) = (FaultKind::Refused, message.into());
        Self { kind, path: None, message, hint: None, line: None, column: None }
    }

    /// A fault of a predictor, of the kind [`FaultKind::Refused`].
    pub(super) fn at(path: &str, message: impl Into<String>) -> Self {
        Self { path: Some(path.to_owned()), ..Self::new(message) }
    }

    pub(super) fn of_json(error: &JsonError) -> Self {
        let fault = Self {
            line: Some(error.line()),
            column: Some(error.column()),
            ..Self::new(format!("saved program is not JSON: {error}"))
        };
        match error.kind() {
            // DSPy's reader takes 1024 levels, and its writer makes 254.
            JsonErrorKind::TooDeep => fault.unsupported(),
            _ => fault,
        }
    }

    pub(super) fn unsupported(mut self) -> Self {
        self.kind = FaultKind::Unsupported;
        self
    }

    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl fmt::Display for ProgramFault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)?;
        write_hint(self.hint.as_deref(), formatter)
    }
}

/// Something in a saved program that has no effect, or another one than its author may think.
///
/// DSPy loads such a file, some of it with a warning.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ProgramNote {
    /// The path of the predictor; `None` where the note is about the file.
    pub path: Option<String>,
    /// What is there, and what comes of it.
    pub message: String,
    /// What to do about it, where that can be said.
    pub hint: Option<String>,
}

impl ProgramNote {
    pub(super) fn new(path: Option<&str>, message: impl Into<String>) -> Self {
        Self { path: path.map(str::to_owned), message: message.into(), hint: None }
    }

    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl fmt::Display for ProgramNote {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)?;
        write_hint(self.hint.as_deref(), formatter)
    }
}

/// A predictor in a message; the only one of a `Predict` has no path.
pub(super) fn predictor(path: &str) -> String {
    if path.is_empty() { "the predictor".to_owned() } else { format!("predictor `{path}`") }
}

/// Names in a message, between back ticks; the first few of many.
pub(super) fn ticked<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    const FEW: usize = 12;
    let mut names = names.into_iter();
    let first: Vec<String> = names.by_ref().take(FEW).map(|name| format!("`{name}`")).collect();
    let more = names.count();
    let tail = if more > 0 { format!(" and {more} more") } else { String::new() };
    first.join(", ") + &tail
}
