//! The parts of a value that is validated, taken from it or borrowed.

use std::borrow::Cow;

use crate::{Fields, Rare, Value};

/// The items of a list, tuple, set or `frozenset`; what else was given comes back.
pub(super) fn list(given: Cow<'_, Value>) -> Result<Cow<'_, [Value]>, Cow<'_, Value>> {
    match given {
        Cow::Owned(Value::List(items) | Value::Tuple(items) | Value::Set(items)) => {
            Ok(Cow::Owned(items))
        }
        Cow::Borrowed(Value::List(items) | Value::Tuple(items) | Value::Set(items)) => {
            Ok(Cow::Borrowed(items))
        }
        Cow::Owned(Value::Rare(rare)) => match *rare {
            Rare::FrozenSet(items) => Ok(Cow::Owned(items)),
            other => Err(Cow::Owned(other.into())),
        },
        Cow::Borrowed(other) => other.as_any_set().map(Cow::Borrowed).ok_or(Cow::Borrowed(other)),
        other => Err(other),
    }
}

/// As [`list`], one item after the other.
pub(super) fn items(given: Cow<'_, Value>) -> Result<Items<'_>, Cow<'_, Value>> {
    Ok(match list(given)? {
        Cow::Owned(items) => Items::Taken(items.into_iter()),
        Cow::Borrowed(items) => Items::Borrowed(items.iter()),
    })
}

/// The entries of a map; what else was given comes back.
pub(super) fn entries(given: Cow<'_, Value>) -> Result<Cow<'_, Fields>, Cow<'_, Value>> {
    match given {
        Cow::Owned(Value::Map(fields)) => Ok(Cow::Owned(fields)),
        Cow::Borrowed(Value::Map(fields)) => Ok(Cow::Borrowed(fields)),
        other => Err(other),
    }
}

/// Items, one after the other.
pub(super) enum Items<'v> {
    Taken(std::vec::IntoIter<Value>),
    Borrowed(std::slice::Iter<'v, Value>),
}

impl<'v> Iterator for Items<'v> {
    type Item = Cow<'v, Value>;

    fn next(&mut self) -> Option<Self::Item> {
        match self {
            Self::Taken(items) => items.next().map(Cow::Owned),
            Self::Borrowed(items) => items.next().map(Cow::Borrowed),
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        match self {
            Self::Taken(items) => items.size_hint(),
            Self::Borrowed(items) => items.size_hint(),
        }
    }
}

impl ExactSizeIterator for Items<'_> {}

/// The text in a text or in bytes of UTF-8, which pydantic reads alike.
pub(super) fn text(value: &Value) -> Option<&str> {
    match value {
        Value::Text(text) => Some(text),
        Value::Bytes(bytes) => std::str::from_utf8(bytes).ok(),
        _ => None,
    }
}

/// A number as a float, as Python's `float()` makes it; `None` for integers that are too large.
#[expect(clippy::cast_precision_loss, reason = "Python's `float(int)` rounds in the same way")]
pub(super) fn float(value: &Value) -> Option<f64> {
    match value {
        Value::Float(float) => Some(*float),
        Value::Int(int) => Some(*int as f64),
        Value::Bool(bool) => Some(f64::from(u8::from(*bool))),
        Value::BigInt(big) => big.as_str().parse().ok().filter(|float: &f64| float.is_finite()),
        Value::Tagged(tagged) if tagged.tag() == crate::Tag::Decimal => {
            tagged.as_str().parse().ok()
        }
        _ => None,
    }
}
