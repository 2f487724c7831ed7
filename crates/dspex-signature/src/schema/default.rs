//! Constants and defaults as pydantic writes them into a schema.

use std::cmp::Ordering;

use super::unsure;
use crate::{
    Fields, Type, Unsure, Value, types::holds_other_numbers, value::set_order::in_pythons_order,
};

/// A default of a field of type `ty`; `None` where pydantic cannot write it and leaves it out.
///
/// # Errors
/// [`Unsure`] for sets whose order is Python's own, for floats in a class that are not finite, and for
/// values of rare kinds.
pub(super) fn encoded(default: &Value, ty: &Type) -> Result<Option<Value>, Unsure> {
    if holds_rare(default) {
        return Err(unsure("a default of a rare kind"));
    }
    if default.is_container() && has_non_finite(default) && may_be_class(ty) {
        return Err(unsure("a default that may be of a class and holds `nan` or an infinity"));
    }
    if holds_other_numbers(ty, default) {
        return Err(unsure("a default that may be of a class and holds another kind of number"));
    }
    let default = match default {
        // Members of an enum have an order of their own, if any.
        Value::Set(items) if items.len() > 1 && may_be_class(ty) => {
            return Err(unsure("a set as default whose items may be of a class"));
        }
        Value::Set(items) if items.len() > 1 => &Value::List(sorted(items)?),
        other => other,
    };
    if holds_set(default) {
        return Err(unsure("a default with a set, whose order is Python's own,"));
    }
    if has_reference(default) {
        return Err(unsure("a default with a key `$ref`"));
    }
    Ok(jsonable(default)
        .map(|value| if default.is_container() { without_non_finite(value) } else { value }))
}

/// The JSON form of a value, numbers as they are; `None` for bytes that are not UTF-8 and for
/// sets whose order only Python knows.
pub(super) fn jsonable(value: &Value) -> Option<Value> {
    let list = |items: &[Value]| items.iter().map(jsonable).collect::<Option<_>>().map(Value::List);
    match value {
        Value::Bytes(bytes) => std::str::from_utf8(bytes).ok().map(Value::from),
        Value::Tagged(tagged) => Some(tagged.as_str().into()),
        Value::List(items) | Value::Tuple(items) => list(items),
        Value::Set(items) => list(&in_pythons_order(items)?),
        Value::Rare(_) => None,
        Value::Map(fields) => {
            let entry = |(name, value): (&str, &Value)| Some((name.to_owned(), jsonable(value)?));
            let entries: Option<Fields> = fields.iter().map(entry).collect();
            entries.map(Value::Map)
        }
        other => Some(other.clone()),
    }
}

/// A set as Python's `sorted` puts it.
fn sorted(items: &[Value]) -> Result<Vec<Value>, Unsure> {
    let mut items = items.to_vec();
    let mut is_comparable = true;
    items.sort_by(|one, other| {
        compare(one, other).unwrap_or_else(|| {
            is_comparable = false;
            Ordering::Equal
        })
    });
    match is_comparable {
        true => Ok(items),
        false => Err(unsure("a set as default whose items do not compare")),
    }
}

fn compare(one: &Value, other: &Value) -> Option<Ordering> {
    match (one, other) {
        (Value::Text(one), Value::Text(other)) => Some(one.cmp(other)),
        (Value::Int(one), Value::Int(other)) => Some(one.cmp(other)),
        _ => number(one)?.partial_cmp(&number(other)?),
    }
}

/// A number that a float holds exactly.
fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Bool(bool) => Some(f64::from(*bool)),
        Value::Int(int) => i32::try_from(*int).ok().map(f64::from),
        Value::Float(float) => Some(*float),
        _ => None,
    }
}

fn holds_rare(value: &Value) -> bool {
    match value {
        Value::Rare(_) => true,
        Value::Map(fields) => fields.iter().any(|(_, value)| holds_rare(value)),
        other => other.as_list().is_some_and(|items| items.iter().any(holds_rare)),
    }
}

fn holds_set(value: &Value) -> bool {
    match value {
        Value::Set(items) => in_pythons_order(items).is_none() || items.iter().any(holds_set),
        Value::List(items) | Value::Tuple(items) => items.iter().any(holds_set),
        Value::Map(fields) => fields.iter().any(|(_, value)| holds_set(value)),
        _ => false,
    }
}

/// What pydantic takes for a reference of its own.
fn has_reference(value: &Value) -> bool {
    match value {
        Value::Set(items) | Value::List(items) | Value::Tuple(items) => {
            items.iter().any(has_reference)
        }
        Value::Map(fields) => {
            fields.contains("$ref") || fields.iter().any(|(_, value)| has_reference(value))
        }
        _ => false,
    }
}

fn has_non_finite(value: &Value) -> bool {
    match value {
        Value::Float(float) => !float.is_finite(),
        Value::Set(items) | Value::List(items) | Value::Tuple(items) => {
            items.iter().any(has_non_finite)
        }
        Value::Map(fields) => fields.iter().any(|(_, value)| has_non_finite(value)),
        _ => false,
    }
}

/// Inside a container of no particular type, floats that are not finite are `null`.
fn without_non_finite(value: Value) -> Value {
    match value {
        Value::Float(float) if !float.is_finite() => Value::Null,
        Value::List(items) => Value::List(items.into_iter().map(without_non_finite).collect()),
        Value::Map(fields) => {
            let entries = fields.into_iter().map(|(name, value)| (name, without_non_finite(value)));
            Value::Map(entries.collect())
        }
        other => other,
    }
}

fn may_be_class(ty: &Type) -> bool {
    ty.holds(&|ty| {
        matches!(
            ty,
            Type::Record(_) | Type::Enum(_) | Type::Enclosing(_) | Type::Opaque(_) | Type::Any
        )
    })
}
