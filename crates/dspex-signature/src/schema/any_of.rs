//! Unions of schemas.

use crate::{Fields, Value};

/// The union of these schemas: unions among them in place, each schema once; one alone is itself.
pub(super) fn any_of(schemas: Vec<Fields>) -> Fields {
    let mut members: Vec<Value> = Vec::with_capacity(schemas.len());
    for schema in schemas {
        match schema.value("anyOf") {
            Some(Value::List(inner)) if schema.len() == 1 => {
                inner.iter().for_each(|member| add(&mut members, member.clone()));
            }
            _ => add(&mut members, Value::Map(schema)),
        }
    }
    match members.as_slice() {
        [Value::Map(only)] => only.clone(),
        _ => Fields::new().with("anyOf", Value::List(members)),
    }
}

/// Of equal schemas the last stays, in the place of the first, as in a dict of Python.
fn add(members: &mut Vec<Value>, member: Value) {
    match members.iter_mut().find(|known| is_same(known, &member)) {
        Some(known) => *known = member,
        None => members.push(member),
    }
}

/// Whether two schemas are equal to Python, which takes `1`, `1.0` and `True` for the same, and to
/// which the order of keys is nothing.
#[expect(clippy::float_cmp, clippy::cast_precision_loss, reason = "Python compares in this way")]
pub(super) fn is_same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Map(one), Value::Map(other)) => {
            let is_in_other = |(name, value): (&str, &Value)| {
                other.value(name).is_some_and(|same| is_same(value, same))
            };
            one.len() == other.len() && one.iter().all(is_in_other)
        }
        (Value::List(one), Value::List(other)) => {
            one.len() == other.len()
                && one.iter().zip(other).all(|(one, other)| is_same(one, other))
        }
        (Value::Bool(bool), number) | (number, Value::Bool(bool)) => match number {
            Value::Bool(other) => bool == other,
            Value::Int(int) => *int == i64::from(*bool),
            Value::Float(float) => *float == f64::from(*bool),
            _ => false,
        },
        (Value::Int(int), Value::Float(float)) | (Value::Float(float), Value::Int(int)) => {
            *float == *int as f64
        }
        (one, other) => one == other,
    }
}
