//! Whether two values have the same shape, and whether a value counts as something.

use std::collections::HashMap;

use crate::{Fields, Value};

/// Whether both have the same keys and the same types everywhere; what the leaves hold is not
/// compared.
pub(super) fn has_same_shape(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Map(one), Value::Map(other)) => {
            one.len() == other.len() && same_members(one, other)
        }
        (Value::List(one), Value::List(other)) => {
            one.len() == other.len()
                && one.iter().zip(other).all(|(one, other)| has_same_shape(one, other))
        }
        _ => one.python_type() == other.python_type(),
    }
}

fn same_members(one: &Fields, other: &Fields) -> bool {
    if one.names().eq(other.names()) {
        let mut pairs = one.iter().zip(other.iter());
        return pairs.all(|((_, one), (_, other))| has_same_shape(one, other));
    }
    let others: HashMap<&str, &Value> = other.iter().collect();
    one.iter().all(|(name, one)| others.get(name).is_some_and(|other| has_same_shape(one, other)))
}

/// Python's `bool(value)`.
pub(super) fn is_truthy(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(bool) => *bool,
        Value::Int(int) => *int != 0,
        Value::Float(float) => *float != 0.0,
        _ => !is_empty_container(value),
    }
}

/// Whether this is a text, list or object without anything in it.
pub(super) fn is_empty_container(value: &Value) -> bool {
    match value {
        Value::Text(text) => text.is_empty(),
        Value::List(items) => items.is_empty(),
        Value::Map(members) => members.is_empty(),
        _ => false,
    }
}
