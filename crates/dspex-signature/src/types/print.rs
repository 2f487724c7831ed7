//! Types as signatures and as prompts write them.

use std::fmt::{self, Display, Formatter};

use super::{Collection, Mapping, Type};
use crate::{Value, grammar};

impl Type {
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
            Self::Collection(Collection::Tuple, item) => {
                format!("tuple[{}, Ellipsis]", item.prompt_name())
            }
            Self::Collection(kind, item) => {
                format!("{}[{}]", kind.prompt_name(), item.prompt_name())
            }
            Self::Tuple(items) => format!("tuple[{}]", prompt_names(items)),
            Self::Mapping(Mapping::Counter, key, _) => format!("Counter[{}]", key.prompt_name()),
            Self::Mapping(kind, key, value) => {
                format!("{}[{}, {}]", kind.prompt_name(), key.prompt_name(), value.prompt_name())
            }
            Self::Optional(inner) => format!("Union[{}, NoneType]", inner.prompt_name()),
            Self::Union(members) => format!("Union[{}]", prompt_names(members)),
            Self::Literal(members) => {
                let members: Vec<_> = members.iter().map(prompt_constant).collect();
                format!("Literal[{}]", members.join(", "))
            }
            Self::Decimal => "Decimal".to_owned(),
            Self::Date => "date".to_owned(),
            Self::DateTime => "datetime".to_owned(),
            Self::Time => "time".to_owned(),
            Self::TimeDelta => "timedelta".to_owned(),
            Self::Uuid => "UUID".to_owned(),
            Self::Opaque(class) => class.prompt_name.clone(),
            _ => self.to_string(),
        }
    }
}

fn prompt_names(types: &[Type]) -> String {
    types.iter().map(Type::prompt_name).collect::<Vec<_>>().join(", ")
}

impl Display for Type {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => formatter.write_str("Any"),
            Self::None => formatter.write_str("NoneType"),
            Self::Str => formatter.write_str("str"),
            Self::Int => formatter.write_str("int"),
            Self::Float => formatter.write_str("float"),
            Self::Bool => formatter.write_str("bool"),
            Self::Bytes => formatter.write_str("bytes"),
            Self::Complex => formatter.write_str("complex"),
            Self::Decimal => formatter.write_str("decimal.Decimal"),
            Self::Date => formatter.write_str("datetime.date"),
            Self::DateTime => formatter.write_str("datetime.datetime"),
            Self::Time => formatter.write_str("datetime.time"),
            Self::TimeDelta => formatter.write_str("datetime.timedelta"),
            Self::Uuid => formatter.write_str("uuid.UUID"),
            Self::List(item) => write!(formatter, "list[{item}]"),
            Self::Collection(Collection::Tuple, item) => write!(formatter, "tuple[{item}, ...]"),
            Self::Collection(kind, item) => write!(formatter, "{}[{item}]", kind.name()),
            Self::Tuple(items) if items.is_empty() => formatter.write_str("tuple[()]"),
            Self::Tuple(items) => {
                let items: Vec<_> = items.iter().map(Self::to_string).collect();
                write!(formatter, "tuple[{}]", items.join(", "))
            }
            Self::Dict(key, value) => write!(formatter, "dict[{key}, {value}]"),
            Self::Mapping(Mapping::Counter, key, _) => write!(formatter, "Counter[{key}]"),
            Self::Mapping(kind, key, value) => write!(formatter, "{}[{key}, {value}]", kind.name()),
            Self::Bare(kind) => formatter.write_str(kind.name()),
            Self::Optional(inner) => write!(formatter, "Optional[{inner}]"),
            Self::Union(members) => {
                let members: Vec<_> = members.iter().map(member).collect();
                write!(formatter, "Union[{}]", members.join(", "))
            }
            Self::Literal(members) => {
                let members: Vec<_> = members.iter().map(constant).collect();
                write!(formatter, "Literal[{}]", members.join(", "))
            }
            Self::Enum(class) => formatter.write_str(&class.name),
            Self::Record(class) => formatter.write_str(&class.name),
            Self::Enclosing(name) => formatter.write_str(name),
            Self::Opaque(class) => formatter.write_str(&class.path),
        }
    }
}

/// A member of a union, in which `None` stands for its type.
fn member(ty: &Type) -> String {
    match ty {
        Type::None => "None".to_owned(),
        ty => ty.to_string(),
    }
}

/// A member of a `Literal` as a signature writes it.
fn constant(value: &Value) -> String {
    match value {
        Value::Text(text) => grammar::quote(text),
        // Python has no literal for infinity but a number that is too large.
        Value::Float(float) if float.is_infinite() => "1e999".to_owned(),
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
        other => other.python_repr(),
    }
}
