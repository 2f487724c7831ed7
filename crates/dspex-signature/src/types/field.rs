//! One field of a signature or of a record, and what limits its values.

use std::borrow::Cow;

use super::Type;
use crate::{Value, signature::infer_prefix};

/// One field of a signature or of a record.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Field {
    /// The name.
    pub name: String,
    /// The type.
    pub ty: Type,
    /// The description, where one was given.
    pub desc: Option<String>,
    /// The prefix, where one was given in place of the one inferred from the name.
    pub prefix: Option<String>,
    /// The default, where one was given.
    pub default: Option<Value>,
    /// A default in a signature's text, as it stands there. DSPy reads such a default and drops
    /// it, so it has no effect; see [`Signature::warnings`](crate::Signature::warnings).
    pub dropped_default: Option<String>,
    /// What values are allowed, beyond the type.
    pub constraints: Constraints,
}

/// A default without effect makes no difference.
impl PartialEq for Field {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
            && self.ty == other.ty
            && self.desc == other.desc
            && self.prefix == other.prefix
            && self.default == other.default
            && self.constraints == other.constraints
    }
}

impl Field {
    /// A field without description, default or constraints.
    pub fn new(name: impl Into<String>, ty: Type) -> Self {
        Self {
            name: name.into(),
            ty,
            desc: None,
            prefix: None,
            default: None,
            dropped_default: None,
            constraints: Constraints::default(),
        }
    }

    /// The prefix, which DSPy saves with a program: the one given, or `Camel Case:` for a field
    /// `camelCase`.
    #[must_use]
    pub fn prefix(&self) -> Cow<'_, str> {
        match &self.prefix {
            Some(prefix) => Cow::Borrowed(prefix),
            None => Cow::Owned(inferred_prefix(&self.name)),
        }
    }

    /// The description: the one given, or `${name}`, which prompts leave out.
    #[must_use]
    pub fn desc(&self) -> Cow<'_, str> {
        match &self.desc {
            Some(desc) => Cow::Borrowed(desc),
            None => Cow::Owned(placeholder(&self.name)),
        }
    }

    /// The same field with another type.
    #[must_use]
    pub fn with_type(mut self, ty: Type) -> Self {
        self.ty = ty;
        self
    }

    /// The same field with a prefix in place of the inferred one.
    #[must_use]
    pub fn with_prefix(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = Some(prefix.into());
        self
    }

    /// The same field with a description.
    #[must_use]
    pub fn with_desc(mut self, desc: impl Into<String>) -> Self {
        self.desc = Some(desc.into());
        self
    }

    /// The same field with a default.
    #[must_use]
    pub fn with_default(mut self, default: impl Into<Value>) -> Self {
        self.default = Some(default.into());
        self.dropped_default = None;
        self
    }

    /// The same field with one more constraint; see [`Constraints::push`].
    #[must_use]
    pub fn with_constraint(mut self, name: &str, bound: impl Into<Value>) -> Self {
        self.constraints.push(name, bound);
        self
    }
}

/// The prefix of a field that was given none.
pub(crate) fn inferred_prefix(name: &str) -> String {
    infer_prefix(name) + ":"
}

/// The description of a field that was given none.
pub(crate) fn placeholder(name: &str) -> String {
    format!("${{{name}}}")
}

/// Constraints on a value, in the order of their declaration, which the prompt shows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Constraints(Vec<(String, Value)>);

impl Constraints {
    /// The names pydantic knows.
    pub const NAMES: [&'static str; 8] =
        ["gt", "ge", "lt", "le", "min_length", "max_length", "multiple_of", "pattern"];

    /// Adds a constraint; `name` is one of [`Constraints::NAMES`].
    pub fn push(&mut self, name: &str, bound: impl Into<Value>) {
        debug_assert!(Self::NAMES.contains(&name), "`{name}` is not a constraint");
        self.0.push((name.to_owned(), bound.into()));
    }

    /// Names and bounds, in order of declaration.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, bound)| (name.as_str(), bound))
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
