//! What Python can say and programs seldom do, behind one pointer so that [`Value`] stays small.

mod complex;
mod dict;
mod nd_array;
mod reference;
mod surrogates;

use std::fmt::{self, Write};

pub use complex::Complex;
pub use dict::Dict;
pub use nd_array::{NdArray, NdItem};
pub use reference::{Keeper, Reference};
pub(super) use surrogates::Piece;
pub use surrogates::SurrogateText;

use super::{Value, text::items_repr};

/// A value of a kind that few programs meet.
///
/// Text and JSON are Python's own, as for every other [`Value`].
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Rare {
    /// A complex number.
    Complex(Complex),
    /// A `frozenset`, in the order in which its items arrived.
    FrozenSet(Vec<Value>),
    /// A string with surrogates.
    Surrogates(SurrogateText),
    /// A dict with a key that is no text.
    Dict(Dict),
    /// An array of numpy's.
    NdArray(NdArray),
    /// An object that lives in a worker.
    Reference(Reference),
}

const _: () = assert!(size_of::<Value>() == 32, "a `Value` stays small, whatever it can say");

impl Rare {
    /// The name Python gives this value's type.
    #[must_use]
    pub const fn python_type(&self) -> &'static str {
        match self {
            Self::Complex(_) => "complex",
            Self::FrozenSet(_) => "frozenset",
            Self::Surrogates(_) => "str",
            Self::Dict(_) => "dict",
            Self::NdArray(array) if array.is_scalar() => "numpy.generic",
            Self::NdArray(_) => "ndarray",
            Self::Reference(_) => "object",
        }
    }

    /// Whether only Python knows what pydantic makes of it.
    pub(crate) const fn is_only_pythons(&self) -> bool {
        matches!(self, Self::NdArray(_) | Self::Reference(_))
    }

    pub(super) fn repr(&self, out: &mut impl Write) -> fmt::Result {
        match self {
            Self::Complex(complex) => write!(out, "{complex}"),
            Self::FrozenSet(items) if items.is_empty() => out.write_str("frozenset()"),
            Self::FrozenSet(items) => items_repr("frozenset({", items, "})", out),
            Self::Surrogates(text) => text.repr(out),
            Self::Dict(dict) => dict.repr(out),
            Self::NdArray(array) => write!(out, "{array}"),
            Self::Reference(reference) => write!(out, "{reference}"),
        }
    }
}

impl From<Rare> for Value {
    fn from(rare: Rare) -> Self {
        Self::Rare(Box::new(rare))
    }
}

impl Value {
    /// A `frozenset`.
    #[must_use]
    pub fn frozen_set(items: Vec<Self>) -> Self {
        Rare::FrozenSet(items).into()
    }

    /// The items, where this is a set or a `frozenset`, which Python holds for equal.
    pub(crate) fn as_any_set(&self) -> Option<&[Self]> {
        match self {
            Self::Set(items) => Some(items),
            Self::Rare(rare) => match &**rare {
                Rare::FrozenSet(items) => Some(items),
                _ => None,
            },
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frozen_set_prints_as_python_prints_it() {
        let set = Value::frozen_set(vec![1.into(), "a".into()]);
        assert_eq!(set.python_repr(), "frozenset({1, 'a'})");
        assert_eq!(set.to_json(), r#"[1, "a"]"#);
        assert_eq!(set.python_type(), "frozenset");
        assert_eq!(Value::frozen_set(vec![]).to_string(), "frozenset()");
        assert_ne!(Value::frozen_set(vec![]), Value::Set(vec![]));
    }
}
