//! The schema of every type that is no class, in the order in which pydantic puts it together.

use std::collections::BTreeMap;

use super::{any_of::any_of, class::Definition, default::jsonable, dspy_text, references, unsure};
use crate::{Bare, Fields, Mapping, RecordType, Type, Unsure, Value};

/// How deep types may stand in each other.
const MAX_DEPTH: usize = 64;

/// The schema with its definitions, keys in no particular order.
pub(super) fn schema(ty: &Type) -> Result<Value, Unsure> {
    let mut schemas = Schemas::default();
    let schema = schemas.of(ty)?;
    schemas.finish(schema)
}

/// The state of one schema under construction.
#[derive(Default)]
pub(super) struct Schemas<'a> {
    /// The classes referred to so far, by their names under `$defs`.
    pub(super) definitions: BTreeMap<String, Definition<'a>>,
    /// The records around the current place.
    pub(super) around: Vec<&'a RecordType>,
    /// Classes with a reference that pydantic may write otherwise where there is another.
    pub(super) once_only: Vec<String>,
    depth: usize,
}

impl<'a> Schemas<'a> {
    /// The schema with the definitions of the classes that it refers to.
    pub(super) fn finish(self, schema: Fields) -> Result<Value, Unsure> {
        self.check()?;
        let classes = self.definitions.into_iter();
        let mut classes: BTreeMap<_, _> =
            classes.filter_map(|(key, class)| Some((key, class.schema?))).collect();
        Ok(Value::Map(references::with_definitions(schema, &mut classes)))
    }

    pub(super) fn of(&mut self, ty: &'a Type) -> Result<Fields, Unsure> {
        if self.depth >= MAX_DEPTH {
            return Err(unsure("a type of that depth"));
        }
        self.depth += 1;
        let schema = self.of_type(ty);
        self.depth -= 1;
        schema
    }

    fn of_type(&mut self, ty: &'a Type) -> Result<Fields, Unsure> {
        Ok(match ty {
            Type::Any => Fields::new(),
            Type::None => typed("null"),
            Type::Str | Type::Complex => typed("string"),
            Type::Int => typed("integer"),
            Type::Float => typed("number"),
            Type::Bool => typed("boolean"),
            Type::Bytes => text_of_format("binary"),
            Type::Decimal => any_of(vec![typed("number"), typed("string")]),
            Type::Date => text_of_format("date"),
            Type::DateTime => text_of_format("date-time"),
            Type::Time => text_of_format("time"),
            Type::TimeDelta => text_of_format("duration"),
            Type::Uuid => text_of_format("uuid"),
            Type::List(item) => array(self.of(item)?),
            Type::Collection(kind, item) if kind.is_set() => set(self.of(item)?),
            Type::Collection(_, item) => array(self.of(item)?),
            Type::Tuple(items) => self.tuple(items)?,
            Type::Dict(key, value) => self.dict(key, value)?,
            Type::Mapping(kind, key, value) => self.mapping(*kind, key, value)?,
            Type::Bare(kind) => bare(*kind),
            Type::Optional(inner) => any_of(vec![self.of(inner)?, typed("null")]),
            Type::Union(members) => self.union(members)?,
            Type::Literal(members) => literal(members)?,
            Type::Enum(class) => self.enumeration(class)?,
            Type::Record(class) => self.record(class)?,
            Type::Enclosing(name) => self.enclosing(name)?,
            Type::Opaque(class) => self.opaque(&class.path)?,
        })
    }

    /// `None` stands last in a schema, wherever it stands in the union.
    pub(super) fn union(&mut self, members: &'a [Type]) -> Result<Fields, Unsure> {
        let others = members.iter().filter(|member| **member != Type::None);
        let inner = any_of(others.map(|member| self.of(member)).collect::<Result<_, _>>()?);
        Ok(match members.contains(&Type::None) {
            true => any_of(vec![inner, typed("null")]),
            false => inner,
        })
    }

    fn tuple(&mut self, items: &'a [Type]) -> Result<Fields, Unsure> {
        let mut schema = typed("array");
        if !items.is_empty() {
            let items: Vec<_> = items.iter().map(|item| self.of(item)).collect::<Result<_, _>>()?;
            schema.insert("prefixItems", items);
        }
        let n_items = i64::try_from(items.len()).unwrap_or(i64::MAX);
        Ok(schema.with("minItems", n_items).with("maxItems", n_items))
    }

    fn mapping(&mut self, kind: Mapping, key: &'a Type, value: &'a Type) -> Result<Fields, Unsure> {
        // pydantic has to make a value for an absent key, and refuses where it cannot.
        match kind {
            Mapping::DefaultDict if !value.has_empty_value() => {
                Err(unsure(&format!("a `defaultdict` of `{value}`")))
            }
            _ => self.dict(key, value),
        }
    }

    fn dict(&mut self, key: &'a Type, value: &'a Type) -> Result<Fields, Unsure> {
        let mut names = self.of(key)?;
        let values = self.of(value)?;
        let values = if values.is_empty() { Value::Bool(true) } else { values.into() };
        let schema = typed("object").with("additionalProperties", values);
        // Keys show only where they are a class, or text that is more than any text.
        let is_text = names.value("type").and_then(Value::as_str) == Some("string");
        Ok(if names.contains("$ref") || (is_text && names.len() > 1) {
            names.remove("type");
            schema.with("propertyNames", names)
        } else {
            schema
        })
    }

    fn opaque(&mut self, path: &str) -> Result<Fields, Unsure> {
        Ok(match path {
            // `None` itself, inside another type.
            "None" => typed("null"),
            "pathlib.Path" => text_of_format("path"),
            "ipaddress.IPv4Address" => text_of_format("ipv4"),
            "ipaddress.IPv6Address" => text_of_format("ipv6"),
            "fractions.Fraction" => any_of(vec![typed("number"), text_of_format("fraction")]),
            "pydantic.HttpUrl" => {
                text_of_format("uri").with("minLength", 1).with("maxLength", 2083)
            }
            path => self.dspy_class(path)?,
        })
    }

    fn dspy_class(&mut self, path: &str) -> Result<Fields, Unsure> {
        let Some(classes) = dspy_text::classes(path) else {
            return Err(unsure(&format!("the class `{path}`")));
        };
        let mut reference = Fields::new();
        for (name, text) in classes {
            reference = self.dspy_definition(name, text)?;
        }
        Ok(reference)
    }
}

pub(super) fn typed(name: &str) -> Fields {
    Fields::new().with("type", name)
}

fn text_of_format(format: &str) -> Fields {
    typed("string").with("format", format)
}

fn array(items: Fields) -> Fields {
    typed("array").with("items", items)
}

fn set(items: Fields) -> Fields {
    typed("array").with("uniqueItems", true).with("items", items)
}

fn bare(kind: Bare) -> Fields {
    match kind {
        Bare::List | Bare::Tuple => array(Fields::new()),
        Bare::Set | Bare::FrozenSet => set(Fields::new()),
        Bare::Dict => typed("object").with("additionalProperties", true),
    }
}

fn literal(members: &[Value]) -> Result<Fields, Unsure> {
    let values: Vec<Value> = members.iter().map(constant).collect::<Result<_, _>>()?;
    let name = common_type(&values);
    let mut schema = match <[Value; 1]>::try_from(values) {
        Ok([only]) => Fields::new().with("const", only),
        Err(values) => Fields::new().with("enum", values),
    };
    if let Some(name) = name {
        schema.insert("type", name);
    }
    Ok(schema)
}

/// A member of a `Literal` or of an enum.
pub(super) fn constant(value: &Value) -> Result<Value, Unsure> {
    jsonable(value).ok_or_else(|| unsure("a constant that JSON cannot hold"))
}

/// The JSON type of values that all have the same one; objects have none.
pub(super) fn common_type(values: &[Value]) -> Option<&'static str> {
    let name = |value: &Value| match value {
        Value::Null => Some("null"),
        Value::Bool(_) => Some("boolean"),
        Value::Int(_) | Value::BigInt(_) => Some("integer"),
        Value::Float(_) => Some("number"),
        Value::Text(_) => Some("string"),
        Value::List(_) => Some("array"),
        _ => None,
    };
    let first = name(values.first()?)?;
    values.iter().all(|value| name(value) == Some(first)).then_some(first)
}
