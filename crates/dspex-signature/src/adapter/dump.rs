//! Lists and maps as pydantic dumps them before they are written as JSON.

use std::borrow::Cow;

use super::history;
use crate::{
    Bare, Collection, Field, Fields, Mapping, RecordKind, Type, Value,
    value::set_order::in_pythons_order,
};

/// Where a value stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Context {
    /// It is dumped for itself.
    Whole,
    /// It is one of the values of a dict.
    InDict,
}

/// The value of a field as `json.dumps` gets it: sets in Python's order, `null` for what is not
/// finite and of no declared type. Floats that stay as they are not finite print as `NaN`.
///
/// A map is a dict, unless its type is a record that it fits: then it is an instance of that
/// class, whose own serialiser knows the types of its fields.
///
/// # Errors
/// What the value holds that only Python can dump.
pub(super) fn dumped<'a>(
    ty: &Type,
    value: &'a Value,
    context: Context,
) -> Result<Cow<'a, Value>, &'static str> {
    if let Some(reason) = strange(ty, value, context) {
        return Err(reason);
    }
    match is_plain(value) {
        true => Ok(Cow::Borrowed(value)),
        false => of_no_type(ty, value).map(Cow::Owned),
    }
}

const BYTES: &str = "bytes that are not UTF-8";
const SET: &str = "a set, whose order is Python's own";
const NOT_FINITE: &str = "a float of a record that is not finite";

/// Whether `json.dumps` writes the value as it stands, whatever its type is.
fn is_plain(value: &Value) -> bool {
    match value {
        Value::Float(float) => float.is_finite(),
        Value::Set(items) => items.len() < 2 && items.iter().all(is_plain),
        Value::List(items) | Value::Tuple(items) => items.iter().all(is_plain),
        Value::Map(fields) => fields.iter().all(|(_, value)| is_plain(value)),
        Value::Bytes(bytes) => std::str::from_utf8(bytes).is_ok(),
        _ => true,
    }
}

/// What in a type makes a container something else to Python than a list or a dict.
fn strange(ty: &Type, value: &Value, context: Context) -> Option<&'static str> {
    match (ty, value) {
        // On its own, a `defaultdict` is beyond pydantic.
        (Type::Mapping(Mapping::DefaultDict, ..), Value::Map(_)) if context == Context::Whole => {
            Some("a `defaultdict`")
        }
        (Type::Optional(inner), value) => strange(inner, value, context),
        (Type::Union(members), value) => {
            members.iter().find_map(|member| strange(member, value, context))
        }
        (Type::Opaque(class), value)
            if class.path == "dspy.ToolCalls" && history::are_tool_calls(value) =>
        {
            None
        }
        (Type::Opaque(_), value) if history::is_changed_by_reading(value) => {
            Some("a history whose names have white space around them")
        }
        _ => is_strange(ty).then_some("a value of a class that only Python can dump"),
    }
}

/// Whether a type has a class of DSPy or an iterator in it; a history is dumped as it stands.
/// (So are tool calls that are a field's whole value.)
fn is_strange(ty: &Type) -> bool {
    match ty {
        Type::Opaque(class) => class.path != "dspy.History",
        Type::Collection(Collection::Iterable, _) => true,
        Type::Record(class) => class.fields.iter().any(|field| is_strange(&field.ty)),
        other => other.parts().any(is_strange),
    }
}

/// A value that pydantic dumps by what it finds; `ty` says which maps are records.
fn of_no_type(ty: &Type, value: &Value) -> Result<Value, &'static str> {
    let item = |value: &Value| of_no_type(item_type(ty), value);
    Ok(match value {
        Value::Float(float) if !float.is_finite() => Value::Null,
        Value::Bytes(bytes) => std::str::from_utf8(bytes).map_err(|_| BYTES)?.into(),
        Value::List(items) | Value::Tuple(items) => match tuple_types(ty, items) {
            Some(types) => Value::List(
                types
                    .iter()
                    .zip(items)
                    .map(|(ty, item)| of_no_type(ty, item))
                    .collect::<Result<_, _>>()?,
            ),
            None => Value::List(items.iter().map(item).collect::<Result<_, _>>()?),
        },
        Value::Set(items) => {
            let items = in_pythons_order(items).ok_or(SET)?;
            Value::List(items.iter().map(item).collect::<Result<_, _>>()?)
        }
        Value::Map(fields) => return map_of_no_type(ty, fields),
        other => other.clone(),
    })
}

fn map_of_no_type(ty: &Type, fields: &Fields) -> Result<Value, &'static str> {
    match ty {
        Type::Record(class) if class.kind == RecordKind::Model => record(&class.fields, fields),
        Type::Record(class) => {
            let ty = |name: &str| {
                class
                    .fields
                    .iter()
                    .find(|field| field.name == name)
                    .map_or(&Type::Any, |field| &field.ty)
            };
            entries(fields, |name, value| of_no_type(ty(name), value))
        }
        Type::Optional(inner) => map_of_no_type(inner, fields),
        // Of several classes, Python knows which one it is.
        Type::Union(members) if members.iter().any(has_class) => Err(NOT_FINITE),
        // The messages of a history may hold instances of any class.
        Type::Enclosing(_) | Type::Opaque(_) => Err(NOT_FINITE),
        ty => entries(fields, |_, value| of_no_type(item_type(ty), value)),
    }
}

/// A map under a model, where something in it is not plain.
fn record(declared: &[Field], fields: &Fields) -> Result<Value, &'static str> {
    let is_instance = declared.len() == fields.len()
        && declared.iter().zip(fields.names()).all(|(field, name)| field.name == name);
    if !is_instance {
        return Err(NOT_FINITE);
    }
    let mut dumped = Fields::new();
    for (field, (name, value)) in declared.iter().zip(fields.iter()) {
        dumped.insert(name, of_type(&field.ty, value)?);
    }
    Ok(Value::Map(dumped))
}

/// A value inside a model, dumped by its declared type.
fn of_type(ty: &Type, value: &Value) -> Result<Value, &'static str> {
    let all = |items: &[Value], item: &Type| {
        items.iter().map(|value| of_type(item, value)).collect::<Result<_, _>>().map(Value::List)
    };
    match (ty, value) {
        (ty, value) if is_plain(value) && !has_class(ty) => Ok(value.clone()),
        (Type::Any | Type::Bare(_), value) => of_no_type(&Type::Any, value),
        (Type::Float, Value::Float(_)) => Ok(value.clone()),
        (Type::Optional(_), Value::Null) => Ok(Value::Null),
        (Type::Optional(inner), value) => of_type(inner, value),
        (Type::Union(members), Value::Float(_)) if members.contains(&Type::Float) => {
            Ok(value.clone())
        }
        (Type::List(item), Value::List(items)) => all(items, item),
        (Type::Collection(Collection::Tuple, item), Value::Tuple(items)) => all(items, item),
        (Type::Collection(kind, item), Value::Set(items)) if kind.is_set() => {
            all(&in_pythons_order(items).ok_or(SET)?, item)
        }
        (Type::Tuple(types), Value::Tuple(items)) if types.len() == items.len() => {
            let items = types.iter().zip(items).map(|(ty, value)| of_type(ty, value));
            items.collect::<Result<_, _>>().map(Value::List)
        }
        (
            Type::Dict(_, item)
            | Type::Mapping(Mapping::Mapping | Mapping::MutableMapping, _, item),
            Value::Map(fields),
        ) => entries(fields, |_, value| of_type(item, value)),
        (Type::Record(class), Value::Map(fields)) => record(&class.fields, fields),
        (_, value) if is_plain(value) => Ok(value.clone()),
        _ => Err(NOT_FINITE),
    }
}

fn entries(
    fields: &Fields,
    dump: impl Fn(&str, &Value) -> Result<Value, &'static str>,
) -> Result<Value, &'static str> {
    let entry = |(name, value): (&str, &Value)| Ok((name.to_owned(), dump(name, value)?));
    fields.iter().map(entry).collect::<Result<Fields, _>>().map(Value::Map)
}

/// The type of the items of a container; anything where the type is none.
fn item_type(ty: &Type) -> &Type {
    match ty {
        Type::List(item) | Type::Collection(_, item) => item,
        Type::Dict(_, item) | Type::Mapping(_, _, item) => item,
        Type::Optional(inner) => item_type(inner),
        // Which member a value is of only Python knows, so that classes in it stay classes.
        Type::Union(_) | Type::Enclosing(_) => ty,
        _ => &Type::Any,
    }
}

fn tuple_types<'a>(ty: &'a Type, items: &[Value]) -> Option<&'a [Type]> {
    match ty {
        Type::Tuple(types) if types.len() == items.len() => Some(types),
        Type::Optional(inner) => tuple_types(inner, items),
        _ => None,
    }
}

fn has_class(ty: &Type) -> bool {
    match ty {
        Type::Record(_) | Type::Enum(_) | Type::Enclosing(_) | Type::Opaque(_) => true,
        Type::Bare(Bare::List | Bare::Dict | Bare::Tuple | Bare::Set | Bare::FrozenSet) => false,
        other => other.parts().any(has_class),
    }
}
