//! Types that are classes: enumerations, records, and those only DSPy knows from inside.

use super::Field;
use crate::Value;

/// An enumeration: a name and its members.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct EnumType {
    /// The class name.
    pub name: String,
    /// The class docstring, where it has one.
    pub doc: Option<String>,
    /// Names and values of the members, in order.
    pub members: Vec<(String, Value)>,
    /// The builtin that the class inherits from beside `Enum`.
    pub mixin: Option<EnumMixin>,
}

/// A builtin that an enumeration can inherit from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EnumMixin {
    /// `class Color(str, Enum)`.
    Str,
    /// `class Rank(int, Enum)`.
    Int,
}

impl EnumType {
    /// An enumeration without docstring and mixin; `members` are names and values.
    pub fn new<N: Into<String>, V: Into<Value>>(
        name: impl Into<String>,
        members: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        let members = members.into_iter().map(|(name, value)| (name.into(), value.into()));
        Self { name: name.into(), doc: None, members: members.collect(), mixin: None }
    }

    /// The same enumeration with a docstring.
    #[must_use]
    pub fn with_doc(mut self, doc: Option<String>) -> Self {
        self.doc = doc;
        self
    }

    /// The same enumeration with a builtin to inherit from.
    #[must_use]
    pub fn with_mixin(mut self, mixin: EnumMixin) -> Self {
        self.mixin = Some(mixin);
        self
    }
}

/// A record: a pydantic model or `TypedDict` in Python, a struct with `#[derive(FieldType)]` in
/// Rust.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct RecordType {
    /// The class name.
    pub name: String,
    /// The class docstring, where it has one.
    pub doc: Option<String>,
    /// The fields, in order of declaration.
    pub fields: Vec<Field>,
    /// What kind of class it is in Python.
    pub kind: RecordKind,
}

/// The innermost record of this name around a field: what [`Type::Enclosing`](super::Type::Enclosing)
/// names. Records are given from the outermost on.
pub(crate) fn enclosing<'a>(around: &[&'a RecordType], name: &str) -> Option<&'a RecordType> {
    around.iter().rev().find(|class| class.name == name).copied()
}

/// What a record is in Python.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum RecordKind {
    /// A pydantic `BaseModel`.
    #[default]
    Model,
    /// A `TypedDict`, whose values are dicts.
    TypedDict,
}

impl RecordType {
    /// A pydantic model without docstring.
    pub fn new(name: impl Into<String>, fields: Vec<Field>) -> Self {
        Self { name: name.into(), doc: None, fields, kind: RecordKind::Model }
    }

    /// The same record with a docstring.
    #[must_use]
    pub fn with_doc(mut self, doc: Option<String>) -> Self {
        self.doc = doc;
        self
    }

    /// The same record as another kind of class.
    #[must_use]
    pub const fn with_kind(mut self, kind: RecordKind) -> Self {
        self.kind = kind;
        self
    }
}

/// A class that a signature can name and that only DSPy knows from inside.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct OpaqueType {
    /// How a signature writes it: `dspy.Image`.
    pub path: String,
    /// How a prompt writes it: `Image`.
    pub prompt_name: String,
}

impl OpaqueType {
    /// The class `path`, which prompts call by its last name.
    pub fn new(path: impl Into<String>) -> Self {
        let path = path.into();
        let prompt_name = path.rsplit('.').next().unwrap_or_default().to_owned();
        Self { path, prompt_name }
    }

    /// The same class under another name in prompts.
    #[must_use]
    pub fn with_prompt_name(mut self, name: impl Into<String>) -> Self {
        self.prompt_name = name.into();
        self
    }
}
