//! The types a field can have, in Python's terms.

use std::{borrow::Cow, fmt, sync::Arc};

use crate::{SignatureError, TypeTable, Value, grammar, signature::infer_prefix};

/// The type of a field, as DSPy knows it.
///
/// Prints as a signature writes it (`list[str]`, `Optional[int]`, `Literal['a', 'b']`), which
/// [`Type::parse`] reads back; [`Type::prompt_name`] is how a prompt writes it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Type {
    /// `Any`.
    Any,
    /// `str`.
    Str,
    /// `int`.
    Int,
    /// `float`.
    Float,
    /// `bool`.
    Bool,
    /// `list[T]`.
    List(Box<Type>),
    /// `dict[K, V]`.
    Dict(Box<Type>, Box<Type>),
    /// `Optional[T]`.
    Optional(Box<Type>),
    /// `Literal[...]`: its members, in order.
    Literal(Vec<Value>),
    /// An `Enum` class.
    Enum(Arc<EnumType>),
    /// A pydantic model.
    Record(Arc<RecordType>),
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

    /// The name that DSPy's prompts give this type: `Union[int, NoneType]` for `Optional[int]`.
    ///
    /// Equal to `get_annotation_name` of DSPy 3.4.1, and so to the `type` of the parity corpus.
    /// Strings of a `Literal` stand between the quotes that need no escape, and as they are.
    #[must_use]
    pub fn prompt_name(&self) -> String {
        match self {
            Self::List(item) => format!("list[{}]", item.prompt_name()),
            Self::Dict(key, value) => {
                format!("dict[{}, {}]", key.prompt_name(), value.prompt_name())
            }
            Self::Optional(inner) => format!("Union[{}, NoneType]", inner.prompt_name()),
            Self::Literal(members) => {
                let members: Vec<_> = members.iter().map(prompt_constant).collect();
                format!("Literal[{}]", members.join(", "))
            }
            Self::Any | Self::Str | Self::Int | Self::Float | Self::Bool => self.to_string(),
            Self::Enum(class) => class.name.clone(),
            Self::Record(class) => class.name.clone(),
        }
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

    /// `Optional[inner]`; an optional of an optional is the same optional.
    #[must_use]
    pub fn optional(inner: Self) -> Self {
        match inner {
            Self::Optional(_) => inner,
            other => Self::Optional(Box::new(other)),
        }
    }
}

/// An enumeration: a name and its members.
#[derive(Clone, Debug, PartialEq)]
pub struct EnumType {
    /// The class name.
    pub name: String,
    /// The class docstring, where it has one.
    pub doc: Option<String>,
    /// Names and values of the members, in order.
    pub members: Vec<(String, Value)>,
}

/// A record: a pydantic model in Python, a struct with `#[derive(FieldType)]` in Rust.
#[derive(Clone, Debug, PartialEq)]
pub struct RecordType {
    /// The class name.
    pub name: String,
    /// The class docstring, where it has one.
    pub doc: Option<String>,
    /// The fields, in order of declaration.
    pub fields: Vec<Field>,
}

/// One field of a signature or of a record.
#[derive(Clone, Debug, PartialEq)]
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
    /// What values are allowed, beyond the type.
    pub constraints: Constraints,
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
            constraints: Constraints::default(),
        }
    }

    /// The prefix, which DSPy saves with a program: the one given, or `Camel Case:` for a field
    /// `camelCase`.
    #[must_use]
    pub fn prefix(&self) -> Cow<'_, str> {
        match &self.prefix {
            Some(prefix) => Cow::Borrowed(prefix),
            None => Cow::Owned(infer_prefix(&self.name) + ":"),
        }
    }

    /// The description: the one given, or `${name}`, which prompts leave out.
    #[must_use]
    pub fn desc(&self) -> Cow<'_, str> {
        match &self.desc {
            Some(desc) => Cow::Borrowed(desc),
            None => Cow::Owned(format!("${{{}}}", self.name)),
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
        self
    }

    /// The same field with one more constraint; see [`Constraints::push`].
    #[must_use]
    pub fn with_constraint(mut self, name: &str, bound: impl Into<Value>) -> Self {
        self.constraints.push(name, bound);
        self
    }
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

impl fmt::Display for Type {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => formatter.write_str("Any"),
            Self::Str => formatter.write_str("str"),
            Self::Int => formatter.write_str("int"),
            Self::Float => formatter.write_str("float"),
            Self::Bool => formatter.write_str("bool"),
            Self::List(item) => write!(formatter, "list[{item}]"),
            Self::Dict(key, value) => write!(formatter, "dict[{key}, {value}]"),
            Self::Optional(inner) => write!(formatter, "Optional[{inner}]"),
            Self::Literal(members) => {
                let members: Vec<_> = members.iter().map(constant).collect();
                write!(formatter, "Literal[{}]", members.join(", "))
            }
            Self::Enum(class) => formatter.write_str(&class.name),
            Self::Record(class) => formatter.write_str(&class.name),
        }
    }
}

/// A member of a `Literal` as a signature writes it.
fn constant(value: &Value) -> String {
    match value {
        Value::Text(text) => grammar::quote(text),
        other => prompt_constant(other),
    }
}

/// A member of a `Literal` as a prompt shows it.
fn prompt_constant(value: &Value) -> String {
    match value {
        Value::Text(text) => match (text.contains('\''), text.contains('"')) {
            (true, false) => format!("\"{text}\""),
            (true, true) => format!("'{}'", text.replace('\'', "\\'")),
            (false, _) => format!("'{text}'"),
        },
        Value::Null => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Int(int) => int.to_string(),
        Value::BigInt(big) => big.to_string(),
        // Nothing else is a member of a `Literal` that was parsed.
        other => other.python_type().to_owned(),
    }
}
