//! What the Python library `json_repair` makes of a text that should have been JSON.
//!
//! DSPy reads the completions of its JSON adapter, and values in those of the others, with
//! `json_repair.loads`: strict JSON is read as such, and from any other text the library makes a
//! value by rules of its own. This is those rules, of version 0.64.6, in another shape: a
//! [`cursor`] over the text, the [`place`] in which the parser stands, one file for each kind of
//! value, and look-ahead that costs no more than the text is long.
//!
//! Each departure from strict JSON belongs to a rule [`Family`]. Only families that were held
//! against the library in great numbers are *earned* ([`earned`]), and only texts that need no
//! other family are [`Repair::Exact`].

mod balanced;
mod characters;
mod comment;
mod cursor;
mod earned;
mod families;
mod group;
mod key;
mod list;
mod lookahead;
mod members;
mod number;
mod object;
mod parser;
mod place;
mod same_shape;
mod set;
mod string;
#[cfg(test)]
mod tests;
mod top_level;

use std::fmt;

pub(crate) use balanced::balanced_object;
pub use families::{Families, Family};

use crate::{JsonErrorKind, Value, coerce::Doubts};
use parser::Parser;

/// Positions in a text, and what is put into it on the way, have to fit 32 bits.
const MAX_BYTES: usize = 1 << 31;

/// What [`repair`] has made of a text.
#[derive(Clone, Debug, PartialEq)]
pub enum Repair {
    /// The library's value; the empty text where the library finds nothing.
    Exact(Repaired),
    /// A value that may not be the library's, and why.
    Unsure(RepairDoubt, Repaired),
}

/// A value and what was done to get it.
#[derive(Clone, Debug, PartialEq)]
pub struct Repaired {
    /// The value: text, numbers, lists, maps and so on, never bytes, tuples or sets.
    pub value: Value,
    /// The rule families that were used; none for strict JSON.
    pub families: Families,
}

/// Why a repaired value may not be the library's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RepairDoubt {
    /// A rule family was used that is not earned.
    NotEarned(Family),
    /// Lists and objects stand so deep that Python's stack may end.
    TooDeep,
    /// The library looks ahead over the same text again and again, too often to follow.
    TooMuchLookAhead,
    /// The library raises an error.
    Raises,
    /// The text has more than 2 GiB.
    TooLong,
}

impl Repair {
    /// The library's value, where it is certain.
    #[must_use]
    pub const fn exact(&self) -> Option<&Value> {
        match self {
            Self::Exact(repaired) => Some(&repaired.value),
            Self::Unsure(..) => None,
        }
    }

    /// The library's value, or why it is not certain.
    ///
    /// # Errors
    /// [`RepairDoubt`] for what should be given to the library itself.
    pub fn into_exact(self) -> Result<Value, RepairDoubt> {
        match self {
            Self::Exact(repaired) => Ok(repaired.value),
            Self::Unsure(doubt, _) => Err(doubt),
        }
    }

    /// As [`Repair::into_exact`], where doubts count; otherwise also the value of rules that are not
    /// earned. A text that was not read to its end has none.
    pub(crate) fn known(self, doubts: Doubts) -> Result<Value, RepairDoubt> {
        match self {
            Self::Unsure(RepairDoubt::NotEarned(_), repaired) if doubts == Doubts::Ignored => {
                Ok(repaired.value)
            }
            other => other.into_exact(),
        }
    }

    /// The value, certain or not: for programs without Python, which should say so.
    #[must_use]
    pub fn into_approximate(self) -> Value {
        match self {
            Self::Exact(repaired) | Self::Unsure(_, repaired) => repaired.value,
        }
    }
}

impl std::error::Error for RepairDoubt {}

impl fmt::Display for RepairDoubt {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotEarned(family) => {
                write!(formatter, "the text needs repairs of the family `{family}`")
            }
            Self::TooDeep => formatter.write_str("lists and objects stand too deep in one another"),
            Self::TooMuchLookAhead => formatter.write_str("the text needs too much look-ahead"),
            Self::Raises => formatter.write_str("json_repair fails on such a text"),
            Self::TooLong => formatter.write_str("the text is longer than 2 GiB"),
        }
    }
}

/// Reads a text as `json_repair.loads` does, in time that grows with its length.
///
/// ```
/// use dspex_signature::repair;
///
/// let repaired = repair("Sure: {'answer': 42, sources: [a, b,]").into_exact()?;
/// assert_eq!(repaired.to_json(), r#"{"answer": 42, "sources": ["a", "b"]}"#);
/// # Ok::<(), dspex_signature::RepairDoubt>(())
/// ```
#[must_use]
pub fn repair(text: &str) -> Repair {
    let strict = match Value::from_python_json(text) {
        Ok(value) => return Repair::Exact(Repaired { value, families: Families::default() }),
        Err(error) => error.kind(),
    };
    if text.len() > MAX_BYTES {
        let repaired = Repaired { value: parser::empty(), families: Families::default() };
        return Repair::Unsure(RepairDoubt::TooLong, repaired);
    }
    let mut parser = Parser::new(text);
    match strict {
        // Python's own reader takes what ours does not.
        JsonErrorKind::TooDeep => parser.cursor.stop(RepairDoubt::TooDeep),
        JsonErrorKind::LoneSurrogate => parser.saw(Family::HalfCharacters),
        _ => {}
    }
    let value = parser.text();
    let families = parser.families;
    let unearned = || families.iter().find(|family| !family.is_earned());
    let doubt = parser.cursor.stopped().or_else(|| unearned().map(RepairDoubt::NotEarned));
    let repaired = Repaired { value, families };
    match doubt {
        None => Repair::Exact(repaired),
        Some(doubt) => Repair::Unsure(doubt, repaired),
    }
}
