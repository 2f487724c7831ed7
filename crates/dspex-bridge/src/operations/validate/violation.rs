//! What is wrong with a value: where, which rule, in words, what to do.

use std::fmt;
use std::ops::Range;

use dspex_signature::{Value, fields};

/// One thing that is wrong with a value.
///
/// Neither the message nor the hint holds any of the value's text, which may be private; the path
/// names fields and counts items.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Violation {
    /// Where: `orders[3].mail`; empty for a value on its own.
    pub path: String,
    /// Which rule, by name: `length.max`.
    pub rule: String,
    /// What is wrong, as the end of a sentence: `has 12 characters`.
    pub message: String,
    /// What to do about it.
    pub hint: String,
    /// The part of the text, in characters (Unicode code points) from 0, the end not included;
    /// `None` where it is the whole.
    pub at: Option<Range<usize>>,
}

/// Everything that is wrong with a value, in the order of its parts; never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violations(pub(super) Vec<Violation>);

impl Violations {
    /// How many are told of one value or record; what follows is not looked for.
    pub const MAX: usize = 100;

    /// Each of them.
    pub fn iter(&self) -> std::slice::Iter<'_, Violation> {
        self.0.iter()
    }

    /// How many there are, at least one.
    #[expect(clippy::len_without_is_empty, reason = "there always is one")]
    #[must_use]
    pub const fn len(&self) -> usize {
        self.0.len()
    }

    /// What to do, each thing once.
    #[must_use]
    pub fn hint(&self) -> String {
        let mut hints: Vec<&str> = Vec::new();
        for violation in &self.0 {
            if !hints.contains(&violation.hint.as_str()) {
                hints.push(&violation.hint);
            }
        }
        hints.join("; ")
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.path.as_str() {
            "" => write!(formatter, "the value {}", self.message),
            path => write!(formatter, "`{path}` {}", self.message),
        }
    }
}

impl fmt::Display for Violations {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, violation) in self.0.iter().enumerate() {
            let comma = if index == 0 { "" } else { "; " };
            write!(formatter, "{comma}{violation}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Violations {}

impl<'v> IntoIterator for &'v Violations {
    type Item = &'v Violation;
    type IntoIter = std::slice::Iter<'v, Violation>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl IntoIterator for Violations {
    type Item = Violation;
    type IntoIter = std::vec::IntoIter<Violation>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

/// As Python and JSON have it: a map of the fields, `at` as a list of two numbers.
impl From<Violation> for Value {
    fn from(violation: Violation) -> Self {
        let place = |place| i64::try_from(place).unwrap_or(i64::MAX);
        let Violation { path, rule, message, hint, at } = violation;
        let at = at.map(|at| vec![place(at.start), place(at.end)]);
        let at = at.map_or(Self::Null, Self::from);
        let told = fields! {
            "path" => path, "rule" => rule, "message" => message, "hint" => hint, "at" => at,
        };
        told.into()
    }
}
