//! What a signature's text says, before names mean anything.

use std::{borrow::Cow, ops::Range};

use crate::Value;

/// One parameter: `name: type = default`.
#[derive(Debug)]
pub(super) struct FieldSyntax<'s> {
    /// In the form to which Python's parser brings names.
    pub(super) name: Cow<'s, str>,
    pub(super) name_span: Range<usize>,
    /// The type, where one is written.
    pub(super) ty: Option<TypeSyntax<'s>>,
    /// The place of the default, where one is written.
    pub(super) default: Option<Range<usize>>,
    /// Whether it stands before `/` or behind `*`, where DSPy passes over it.
    pub(super) is_passed_over: bool,
}

/// An expression where a type is expected.
#[derive(Debug)]
pub(super) struct TypeSyntax<'s> {
    pub(super) kind: TypeKind<'s>,
    pub(super) span: Range<usize>,
}

#[derive(Debug)]
pub(super) enum TypeKind<'s> {
    /// `str`, `typing.List`: a name and what follows its dots.
    Name(Vec<&'s str>),
    /// `list[int]`: a name and its parameters.
    Generic(Vec<&'s str>, Vec<TypeSyntax<'s>>),
    /// `int | None`: two types or more.
    Union(Vec<TypeSyntax<'s>>),
    /// `(int, str)`: none, one or more.
    Tuple(Vec<TypeSyntax<'s>>),
    /// `None`, a bool, an integer, a float or a string.
    Constant(Value),
    /// `...`
    Ellipsis,
    /// Bytes or a complex number.
    OtherConstant,
    /// `Field(gt=0)`: a call with nothing but constraints.
    Limits,
    /// What DSPy may take and dspex does not read: `Field(...)`, `list[T][int]`.
    NotYet,
}
