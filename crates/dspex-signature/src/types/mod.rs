//! The types a field can have, in Python's terms.

mod class;
mod container;
mod field;
mod instance;
mod print;
mod union;

use std::sync::Arc;

pub(crate) use class::enclosing;
pub use class::{EnumMixin, EnumType, OpaqueType, RecordKind, RecordType};
pub use container::{Bare, Collection, Mapping};
pub use field::{Constraints, Field};
pub(crate) use field::{inferred_prefix, placeholder};
pub(crate) use instance::holds_other_numbers;

use crate::{SignatureError, TypeTable, Value, grammar};

/// The type of a field, as DSPy knows it.
///
/// Prints as a signature writes it (`list[str]`, `Optional[int]`, `Literal['a', 'b']`), which
/// [`Type::parse`] reads back; [`Type::prompt_name`] is how a prompt writes it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Type {
    /// `Any`.
    Any,
    /// `NoneType`: `None` and nothing else.
    None,
    /// `str`.
    Str,
    /// `int`.
    Int,
    /// `float`.
    Float,
    /// `bool`.
    Bool,
    /// `bytes`.
    Bytes,
    /// `complex`.
    Complex,
    /// `decimal.Decimal`.
    Decimal,
    /// `datetime.date`.
    Date,
    /// `datetime.datetime`.
    DateTime,
    /// `datetime.time`.
    Time,
    /// `datetime.timedelta`.
    TimeDelta,
    /// `uuid.UUID`.
    Uuid,
    /// `list[T]`.
    List(Box<Type>),
    /// `set[T]`, `tuple[T, ...]`, `Sequence[T]`: items of one type, other than a list.
    Collection(Collection, Box<Type>),
    /// `tuple[A, B]`: one type for each item; `tuple[()]` has none.
    Tuple(Vec<Type>),
    /// `dict[K, V]`.
    Dict(Box<Type>, Box<Type>),
    /// `Mapping[K, V]`, `defaultdict[K, V]`: keys and values, other than a dict.
    Mapping(Mapping, Box<Type>, Box<Type>),
    /// `list`, `dict`, `tuple`, `set`, `frozenset` without parameters.
    Bare(Bare),
    /// `Optional[T]`, where `T` is one type; see [`Type::union`].
    Optional(Box<Type>),
    /// A union of two members or more that is no [`Type::Optional`]; see [`Type::union`].
    Union(Vec<Type>),
    /// `Literal[...]`: its members, in order.
    Literal(Vec<Value>),
    /// An `Enum` class.
    Enum(Arc<EnumType>),
    /// A pydantic model or a `TypedDict`.
    Record(Arc<RecordType>),
    /// A record around this field, by its name: what makes a record recursive.
    Enclosing(String),
    /// A class that only DSPy knows from inside: `dspy.Image`.
    Opaque(Arc<OpaqueType>),
}

impl Type {
    /// A type from Python's notation: `Optional[list[str]]`.
    ///
    /// # Errors
    /// [`SignatureError`] as in [`Signature::parse`](crate::Signature::parse).
    pub fn parse(text: &str) -> Result<Self, SignatureError> {
        grammar::parse_type(text, &TypeTable::new())
    }

    /// As [`Type::parse`], with types of your own by name.
    ///
    /// # Errors
    /// As [`Type::parse`].
    pub fn parse_with(text: &str, types: &TypeTable) -> Result<Self, SignatureError> {
        grammar::parse_type(text, types)
    }

    /// `list[item]`.
    #[must_use]
    pub fn list(item: Self) -> Self {
        Self::List(Box::new(item))
    }

    /// `dict[key, value]`.
    #[must_use]
    pub fn dict(key: Self, value: Self) -> Self {
        Self::Dict(Box::new(key), Box::new(value))
    }

    /// `set[item]`.
    #[must_use]
    pub fn set(item: Self) -> Self {
        Self::Collection(Collection::Set, Box::new(item))
    }

    /// Whether `None` is a value of this type, as DSPy asks before it fills a missing output with
    /// `None`: `Any` does not count.
    #[must_use]
    pub fn allows_none(&self) -> bool {
        match self {
            Self::None | Self::Optional(_) => true,
            Self::Union(members) => members.contains(&Self::None),
            _ => false,
        }
    }

    /// The types directly inside this one, in order; those of a record's fields are not.
    pub fn parts(&self) -> impl Iterator<Item = &Self> {
        let (one, other, many): (Option<&Self>, Option<&Self>, &[Self]) = match self {
            Self::List(item) | Self::Collection(_, item) | Self::Optional(item) => {
                (Some(item), None, &[])
            }
            Self::Dict(key, value) | Self::Mapping(_, key, value) => (Some(key), Some(value), &[]),
            Self::Tuple(items) | Self::Union(items) => (None, None, items),
            _ => (None, None, &[]),
        };
        one.into_iter().chain(other).chain(many)
    }

    /// Whether this type or one inside it, as [`parts`](Self::parts) sees inside, is as asked.
    #[must_use]
    pub fn holds(&self, is: &impl Fn(&Self) -> bool) -> bool {
        is(self) || self.parts().any(|part| part.holds(is))
    }

    /// Whether pydantic knows an empty value of this type.
    pub(crate) const fn has_empty_value(&self) -> bool {
        match self {
            Self::Str | Self::Int | Self::Float | Self::Bool => true,
            Self::List(_) | Self::Dict(..) | Self::Tuple(_) | Self::Bare(_) => true,
            Self::Collection(kind, _) => !matches!(kind, Collection::Deque | Collection::Iterable),
            Self::Mapping(kind, ..) => !matches!(kind, Mapping::DefaultDict),
            _ => false,
        }
    }
}
