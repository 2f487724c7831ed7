//! Unions, as Python's `typing` puts them together.

use std::sync::Arc;

use super::Type;

impl Type {
    /// The union of these types: nested unions in place, each member once.
    ///
    /// One type and `None` behind it are [`Type::Optional`]; a single member is itself. Members
    /// keep their order, `None` too, because prompts show it: `Union[NoneType, int]`.
    ///
    /// ```
    /// use dspex_signature::Type;
    ///
    /// let ty = Type::union([Type::Int, Type::union([Type::Str, Type::Int]), Type::None]);
    /// assert_eq!(ty.to_string(), "Union[int, str, None]");
    /// assert_eq!(Type::union([Type::Int, Type::None]), Type::optional(Type::Int));
    /// ```
    #[must_use]
    pub fn union(members: impl IntoIterator<Item = Self>) -> Self {
        let mut distinct: Vec<Self> = Vec::new();
        let flat = members.into_iter().flat_map(Self::into_members);
        for member in flat {
            if !distinct.iter().any(|known| is_same(known, &member)) {
                distinct.push(member);
            }
        }
        match distinct.as_slice() {
            [] => Self::None,
            [_] => distinct.swap_remove(0),
            [_, Self::None] => Self::Optional(Box::new(distinct.swap_remove(0))),
            _ => Self::Union(distinct),
        }
    }

    /// `Optional[inner]`; an optional of an optional is the same optional.
    #[must_use]
    pub fn optional(inner: Self) -> Self {
        Self::union([inner, Self::None])
    }

    /// The type that this is where it is not `None`: the one type of a union of it and `None`, in
    /// either order, or the type itself.
    pub(crate) fn without_none(&self) -> &Self {
        match self {
            Self::Optional(inner) => inner,
            Self::Union(members) => match members.as_slice() {
                [Self::None, inner] => inner,
                _ => self,
            },
            _ => self,
        }
    }

    /// The members of a union, in order; any other type is its only member.
    pub(crate) fn into_members(self) -> Vec<Self> {
        match self {
            Self::Union(members) => members,
            Self::Optional(inner) => vec![*inner, Self::None],
            other => vec![other],
        }
    }
}

/// Whether two types are one. A class is itself even where it is not equal to itself, for a default
/// may be `nan`.
fn is_same(one: &Type, other: &Type) -> bool {
    match (one, other) {
        (Type::Record(one), Type::Record(other)) => Arc::ptr_eq(one, other) || one == other,
        _ => one == other,
    }
}
