//! What is wrong with a definition: all of it at once, each fault with its place and a hint.

use std::{fmt, ops::Range};

/// Everything that is wrong with a signature.
///
/// Prints one fault after the other, each with its hint below it:
///
/// ```text
/// output field `answer` has unknown type `strng` (column 21)
///   hint: did you mean `str`?
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignatureError {
    faults: Vec<SignatureFault>,
}

impl SignatureError {
    /// The faults of a text, put in order of their place there.
    pub(crate) fn of_text(mut faults: Vec<SignatureFault>, source: &str) -> Self {
        for fault in &mut faults {
            fault.column = fault
                .span
                .as_ref()
                .and_then(|span| source.get(..span.start))
                .map(|before| before.chars().count() + 1);
        }
        faults.sort_by_key(|fault| fault.span.as_ref().map(|span| span.start));
        Self::of(faults)
    }

    pub(crate) fn of(faults: Vec<SignatureFault>) -> Self {
        debug_assert!(!faults.is_empty(), "an error has at least one fault");
        Self { faults }
    }

    /// The faults, in order of their place; never empty.
    #[must_use]
    pub fn faults(&self) -> &[SignatureFault] {
        &self.faults
    }

    /// Whether DSPy could accept this signature, and only dspex cannot yet.
    ///
    /// `false` as soon as one fault is of the kind [`FaultKind::Refused`].
    #[must_use]
    pub fn is_unsupported(&self) -> bool {
        self.faults.iter().all(|fault| fault.kind == FaultKind::Unsupported)
    }
}

impl fmt::Display for SignatureError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_faults(&self.faults, formatter)
    }
}

impl std::error::Error for SignatureError {}

/// One thing that is wrong with a signature.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SignatureFault {
    /// Whether DSPy would refuse this too.
    pub kind: FaultKind,
    /// What is wrong.
    pub message: String,
    /// What to do about it, where that can be said.
    pub hint: Option<String>,
    /// Where in the text, as a range of bytes, where there is a text.
    pub span: Option<Range<usize>>,
    /// The column of `span`'s start, counted in characters from 1.
    pub column: Option<usize>,
}

/// Whose fault a fault is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FaultKind {
    /// The definition is wrong: DSPy refuses it too.
    Refused,
    /// DSPy accepts it, or may; dspex does not support it yet.
    Unsupported,
}

impl SignatureFault {
    /// A fault without a place, of the kind [`FaultKind::Refused`].
    pub fn new(message: impl Into<String>) -> Self {
        let kind = FaultKind::Refused;
        Self { kind, message: message.into(), hint: None, span: None, column: None }
    }

    /// A fault without a place, of the kind [`FaultKind::Unsupported`].
    pub(crate) fn unsupported(message: impl Into<String>) -> Self {
        Self { kind: FaultKind::Unsupported, ..Self::new(message) }
    }

    pub(crate) fn at(mut self, span: Range<usize>) -> Self {
        self.span = Some(span);
        self
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl fmt::Display for SignatureFault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)?;
        if let Some(column) = self.column {
            write!(formatter, " (column {column})")?;
        }
        write_hint(self.hint.as_deref(), formatter)
    }
}

/// Writes one fault after the other, each on lines of its own.
pub(crate) fn write_faults(
    faults: &[impl fmt::Display],
    formatter: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    for (position, fault) in faults.iter().enumerate() {
        if position > 0 {
            formatter.write_str("\n")?;
        }
        fault.fmt(formatter)?;
    }
    Ok(())
}

/// Writes what to do about a fault below it, where that can be said.
pub(crate) fn write_hint(hint: Option<&str>, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
    match hint {
        Some(hint) => write!(formatter, "\n  hint: {hint}"),
        None => Ok(()),
    }
}
