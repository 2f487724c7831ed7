//! What Python can say, as one Rust type.

mod convert;
mod dumps;
mod error;
pub(crate) mod growth;
mod json;
mod partial;
mod rare;
pub(crate) mod set_order;
mod tagged;
mod text;
pub(crate) mod unicode;

use std::fmt;

pub use dumps::JsonStyle;
pub use error::ValueError;
pub use json::{JsonError, JsonErrorKind};
pub use partial::PartialJson;
pub use rare::{Complex, Dict, Keeper, NdArray, NdItem, Rare, Reference, SurrogateText};
pub use tagged::{Tag, Tagged};

use crate::Fields;

/// Any Python value that dspex carries.
///
/// Maps keep the order in which their keys were written. JSON has no tuple, set, bytes or
/// non-finite float; here they are forms of their own, so that nothing is lost on the way to
/// Python and back.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub enum Value {
    /// Python's `None`.
    #[default]
    Null,
    /// `True` or `False`.
    Bool(bool),
    /// An integer of 64 bits.
    Int(i64),
    /// An integer beyond 64 bits.
    BigInt(BigInt),
    /// A float, `nan` and the infinities included.
    Float(f64),
    /// A string.
    Text(String),
    /// Raw bytes.
    Bytes(Vec<u8>),
    /// A list.
    List(Vec<Value>),
    /// A tuple.
    Tuple(Vec<Value>),
    /// A set, in the order in which its items arrived.
    Set(Vec<Value>),
    /// A dict with text keys, or the fields of a record; [`Value::dict`] makes dicts of any keys.
    Map(Fields),
    /// A date, a time, a duration, a decimal or a UUID.
    Tagged(Tagged),
    /// What programs seldom meet: a complex number, a `frozenset`, text with surrogates, a dict with
    /// keys that are no text, an array of numpy's, an object that
    /// stays in a worker.
    Rare(Box<Rare>),
}

impl From<Tagged> for Value {
    fn from(tagged: Tagged) -> Self {
        Self::Tagged(tagged)
    }
}

impl Value {
    /// The name Python gives this value's type: `str`, `int`, `NoneType`.
    #[must_use]
    pub const fn python_type(&self) -> &'static str {
        match self {
            Self::Null => "NoneType",
            Self::Bool(_) => "bool",
            Self::Int(_) | Self::BigInt(_) => "int",
            Self::Float(_) => "float",
            Self::Text(_) => "str",
            Self::Bytes(_) => "bytes",
            Self::List(_) => "list",
            Self::Tuple(_) => "tuple",
            Self::Set(_) => "set",
            Self::Map(_) => "dict",
            Self::Tagged(tagged) => tagged.tag().python_type(),
            Self::Rare(rare) => rare.python_type(),
        }
    }

    /// Whether this is `None`.
    #[must_use]
    pub const fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// The text, where this is text.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The integer, where this is one of 64 bits.
    #[must_use]
    pub const fn as_int(&self) -> Option<i64> {
        match self {
            Self::Int(int) => Some(*int),
            _ => None,
        }
    }

    /// The number, where this is a float or an integer.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "Python's `float(int)` rounds in the same way")]
    pub const fn as_float(&self) -> Option<f64> {
        match self {
            Self::Float(float) => Some(*float),
            Self::Int(int) => Some(*int as f64),
            _ => None,
        }
    }

    /// The truth value, where this is a bool.
    #[must_use]
    pub const fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(bool) => Some(*bool),
            _ => None,
        }
    }

    /// The items, where this is a list, a tuple, a set or a `frozenset`.
    #[must_use]
    pub fn as_list(&self) -> Option<&[Value]> {
        match self {
            Self::List(items) | Self::Tuple(items) => Some(items),
            other => other.as_any_set(),
        }
    }

    /// Whether this is a list, a tuple, a set, a `frozenset`, a map or a dict.
    #[must_use]
    pub fn is_container(&self) -> bool {
        self.is_dict() || self.as_list().is_some()
    }

    /// Whether this is a dict to Python: a map, or one with keys that are no text.
    pub(crate) const fn is_dict(&self) -> bool {
        matches!(self, Self::Map(_)) || self.as_dict().is_some()
    }

    /// The entries, where this is a map.
    #[must_use]
    pub const fn as_map(&self) -> Option<&Fields> {
        match self {
            Self::Map(map) => Some(map),
            _ => None,
        }
    }
}

/// An integer beyond 64 bits, as its decimal digits.
///
/// The text is canonical: an optional `-`, then digits without leading zeros.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct BigInt(String);

impl BigInt {
    /// Reads decimal digits with an optional sign; a value that fits 64 bits comes out as
    /// [`Value::Int`]. Returns `None` for any other text.
    #[must_use]
    pub fn parse(text: &str) -> Option<Value> {
        let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        if let Ok(int) = text.parse() {
            return Some(Value::Int(int));
        }
        let sign = if text.starts_with('-') { "-" } else { "" };
        match digits.trim_start_matches('0') {
            "" => Some(Value::Int(0)),
            canonical => match format!("{sign}{canonical}") {
                short if short.parse::<i64>().is_ok() => short.parse().ok().map(Value::Int),
                long => Some(Value::BigInt(Self(long))),
            },
        }
    }

    /// The decimal digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for BigInt {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn big_integers_are_canonical_and_small_ones_are_ints() {
        assert_eq!(BigInt::parse("0009223372036854775807"), Some(Value::Int(i64::MAX)));
        assert_eq!(BigInt::parse("-9223372036854775808"), Some(Value::Int(i64::MIN)));
        let Some(Value::BigInt(big)) = BigInt::parse("-009223372036854775809") else { panic!() };
        assert_eq!(big.as_str(), "-9223372036854775809");
        assert_eq!(BigInt::parse("-0"), Some(Value::Int(0)));
        assert_eq!(BigInt::parse("1_0"), None);
        assert_eq!(BigInt::parse("-"), None);
    }
}
