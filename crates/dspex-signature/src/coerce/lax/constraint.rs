//! Constraints on the fields of a record.
//!
//! pydantic checks them for numbers, text and containers itself. For every other type it compares
//! with Python's operators, whose `TypeError` DSPy does not take for a refusal.

use std::cmp::Ordering;

use super::{Lax, decimal, given};
use crate::{Constraints, Type, Value, coerce::compare, pattern};

impl Lax<'_> {
    pub(super) fn constraints(&mut self, ty: &Type, constraints: &Constraints, value: &Value) {
        // Constraints of an optional type are those of the type.
        if value.is_null() && *ty != Type::None && ty.allows_none() {
            return;
        }
        let inner = ty.without_none();
        for (name, bound) in constraints.iter() {
            match satisfies(inner, name, bound, value) {
                Some(true) => {}
                Some(false) => {
                    let expected = format!("{ty} with {name}={bound}");
                    self.fault(expected, value);
                }
                // Whatever a newer character may be to the pattern, pydantic refuses or keeps the text.
                None if name == "pattern" && *inner == Type::Str => {
                    let reason = "a pattern meets characters newer than Unicode 14";
                    self.unsure.get_or_insert_with(|| reason.into());
                }
                None => {
                    self.leak(format!("constraint `{name}` of a `{ty}` is not checked natively"));
                }
            }
        }
    }
}

/// Whether a value is within a bound; `None` where that is not decided here.
fn satisfies(ty: &Type, constraint: &str, bound: &Value, value: &Value) -> Option<bool> {
    if is_disguised(ty, value) {
        return None;
    }
    match constraint {
        "gt" | "ge" | "lt" | "le" => {
            // What has no order, as `nan`, is refused.
            let Some(order) = order(ty, value, bound)? else { return Some(false) };
            Some(match constraint {
                "gt" => order.is_gt(),
                "ge" => order.is_ge(),
                "lt" => order.is_lt(),
                _ => order.is_le(),
            })
        }
        "min_length" => Some(length(value)? >= bound.as_int()?),
        "max_length" => Some(length(value)? <= bound.as_int()?),
        "multiple_of" => is_multiple(ty, value, bound),
        "pattern" if *ty == Type::Str => pattern::matches(bound.as_str()?, value.as_str()?),
        _ => None,
    }
}

/// Whether a value stands for an object that Python compares in another way: a member of an
/// enumeration, or a model, which has no length.
fn is_disguised(ty: &Type, value: &Value) -> bool {
    match ty {
        Type::Enum(_) | Type::Record(_) | Type::Enclosing(_) => true,
        Type::Union(members) => members.iter().any(|member| match member {
            Type::Enum(class) => class.members.iter().any(|(_, own)| compare::equal(own, value)),
            Type::Record(_) | Type::Enclosing(_) => matches!(value, Value::Map(_)),
            _ => false,
        }),
        _ => false,
    }
}

/// The order of a value and a bound, which pydantic first makes a value of the type.
#[expect(clippy::option_option, reason = "not known, and known to have no order")]
fn order(ty: &Type, value: &Value, bound: &Value) -> Option<Option<Ordering>> {
    let is_number =
        |value: &Value| given::float(value).is_some() || matches!(value, Value::BigInt(_));
    match (ty, value, bound) {
        (Type::Float, value, bound) => {
            Some(given::float(value)?.partial_cmp(&given::float(bound)?))
        }
        (Type::Decimal, value, Value::Float(_)) => {
            let bound = decimal::of_float(bound)?;
            Some(compare::order(value, &bound))
        }
        (Type::Date, Value::Tagged(value), Value::Tagged(bound)) if value.tag() == bound.tag() => {
            Some(Some(value.as_str().cmp(bound.as_str())))
        }
        (_, value, bound) if is_number(value) && is_number(bound) => {
            Some(compare::order(value, bound))
        }
        (_, Value::Text(value), Value::Text(bound)) => Some(Some(value.cmp(bound))),
        _ => None,
    }
}

fn length(value: &Value) -> Option<i64> {
    let length = match value {
        Value::Text(text) => text.chars().count(),
        Value::Bytes(bytes) => bytes.len(),
        Value::Map(fields) => fields.len(),
        other => match other.as_dict() {
            Some(dict) => dict.len(),
            None => other.as_list()?.len(),
        },
    };
    i64::try_from(length).ok()
}

fn is_multiple(ty: &Type, value: &Value, bound: &Value) -> Option<bool> {
    match (ty, value) {
        (Type::Float, value) => {
            let (value, bound) = (given::float(value)?, given::float(bound)?);
            // pydantic's own measure.
            let difference = (value - (value / bound).round() * bound).abs();
            Some(difference <= 1e-9 || difference.is_nan())
        }
        (Type::Decimal, value) => {
            let bound = match bound {
                Value::Float(_) => decimal::of_float(bound)?,
                bound => bound.clone(),
            };
            let (value, bound) = (decimal::Number::of(value)?, decimal::Number::of(&bound)?);
            let (value, bound) = value.aligned(&bound)?;
            (bound != 0).then(|| value % bound == 0)
        }
        (Type::Int | Type::Bool | Type::Literal(_), value) => {
            let bound = integer(bound).filter(|bound| *bound > 0)?;
            match value {
                Value::BigInt(big) => Some(remainder(big.as_str(), bound)? == 0),
                value => Some(integer(value)? % bound == 0),
            }
        }
        _ => None,
    }
}

/// The integer that a number is.
#[expect(clippy::cast_possible_truncation, reason = "larger floats are left out")]
fn integer(value: &Value) -> Option<i64> {
    match value {
        Value::Int(int) => Some(*int),
        Value::Bool(bool) => Some((*bool).into()),
        Value::Float(float) if float.fract() == 0.0 && float.abs() < 1e15 => Some(*float as i64),
        _ => None,
    }
}

/// What remains of a large integer when it is divided, its sign left out.
fn remainder(digits: &str, divisor: i64) -> Option<i128> {
    let digits = digits.trim_start_matches('-').bytes();
    let divisor = i128::from(divisor);
    digits
        .map(|digit| i128::from(digit) - i128::from(b'0'))
        .try_fold(0, |rest, digit| (rest * 10_i128).checked_add(digit)?.checked_rem(divisor))
}
