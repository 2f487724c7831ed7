//! Python's `==` between scalars: `1 == 1.0 == True`.

use crate::{EnumType, Value};

/// The values of an enum's members. A later name of an equal value is no member but an alias.
pub(crate) fn members(class: &EnumType) -> Vec<&Value> {
    let mut values: Vec<&Value> = Vec::with_capacity(class.members.len());
    for (_, value) in &class.members {
        if !values.iter().any(|known| equal(known, value)) {
            values.push(value);
        }
    }
    values
}

/// Whether Python holds two scalars for equal; containers never are, as members of a `Literal` or
/// an enum they do not occur.
pub(crate) fn equal(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Text(one), Value::Text(other)) => one == other,
        (Value::Null, Value::Null) => true,
        (Value::BigInt(one), Value::BigInt(other)) => one == other,
        _ => match (number(one), number(other)) {
            (Some(Number::Int(one)), Some(Number::Int(other))) => one == other,
            (Some(Number::Float(one)), Some(Number::Float(other))) => one == other,
            (Some(Number::Int(int)), Some(Number::Float(float)))
            | (Some(Number::Float(float)), Some(Number::Int(int))) => exact(float) == Some(int),
            _ => false,
        },
    }
}

enum Number {
    Int(i64),
    Float(f64),
}

fn number(value: &Value) -> Option<Number> {
    match value {
        Value::Bool(bool) => Some(Number::Int((*bool).into())),
        Value::Int(int) => Some(Number::Int(*int)),
        Value::Float(float) => Some(Number::Float(*float)),
        _ => None,
    }
}

/// The integer that a float is, where it is one well within 64 bits.
#[expect(clippy::cast_possible_truncation, reason = "the range is checked")]
pub(super) fn exact(float: f64) -> Option<i64> {
    (float.fract() == 0.0 && float.abs() < 9.0e18).then_some(float as i64)
}
