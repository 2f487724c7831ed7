//! Text, bytes and numbers.

use std::borrow::Cow;

use super::{Doubts, Exactness, Lax, decimal, given, number};
use crate::{BigInt, Complex, Rare, Tag, Type, Value};

impl Lax<'_> {
    pub(super) fn none(&mut self, given: &Value) -> Option<Value> {
        if given.is_null() { Some(Value::Null) } else { self.fault(Type::None, given) }
    }

    pub(super) fn text(&mut self, given: Cow<'_, Value>) -> Option<Value> {
        let is_surrogates = |rare: &Rare| matches!(rare, Rare::Surrogates(_));
        match &*given {
            Value::Text(_) => return Some(given.into_owned()),
            Value::Rare(rare) if is_surrogates(rare) => return Some(given.into_owned()),
            _ => {}
        }
        let text = given::text(&given).map(Value::from);
        self.is_lax(&Type::Str, &given, text)
    }

    pub(super) fn bytes(&mut self, given: Cow<'_, Value>) -> Option<Value> {
        match &*given {
            Value::Bytes(_) => Some(given.into_owned()),
            Value::Text(text) => self.is(Exactness::Lax, Value::Bytes(text.as_bytes().to_vec())),
            _ => self.fault(Type::Bytes, &given),
        }
    }

    pub(super) fn int(&mut self, given: &Value) -> Option<Value> {
        let int = match given {
            Value::Int(int) => return Some(Value::Int(*int)),
            Value::BigInt(_) => return Some(given.clone()),
            Value::Bool(bool) => Some(Value::Int((*bool).into())),
            Value::Float(float) => whole(*float).map(Value::Int),
            Value::Text(_) | Value::Bytes(_) => given::text(given).and_then(number::int),
            Value::Tagged(tagged) if tagged.tag() == Tag::Decimal => {
                match decimal::Number::of(given).and_then(|number| number.as_integer()) {
                    Some(Some(digits)) => BigInt::parse(&digits),
                    Some(None) => return self.unsure(Type::Int, given),
                    None => None,
                }
            }
            _ => None,
        };
        self.is_lax(&Type::Int, given, int)
    }

    pub(super) fn float(&mut self, given: &Value) -> Option<Value> {
        let float = match given {
            Value::Float(float) => return Some(Value::Float(*float)),
            Value::Text(_) | Value::Bytes(_) => given::text(given).and_then(number::float),
            Value::Bool(_) => given::float(given),
            // A number of another type passes in strict mode, too.
            _ => match given::float(given) {
                Some(float) => return self.is(Exactness::Strict, Value::Float(float)),
                None => None,
            },
        };
        self.is_lax(&Type::Float, given, float.map(Value::Float))
    }

    pub(super) fn bool(&mut self, given: &Value) -> Option<Value> {
        let bool = match given {
            Value::Bool(bool) => return Some(Value::Bool(*bool)),
            Value::Text(_) | Value::Bytes(_) => given::text(given).and_then(number::bool),
            _ => match given::float(given) {
                Some(0.0) => Some(false),
                Some(1.0) => Some(true),
                _ => None,
            },
        };
        self.is_lax(&Type::Bool, given, bool.map(Value::Bool))
    }

    /// Numbers and texts become complex numbers by Python's own rules.
    pub(super) fn complex(&mut self, given: &Value) -> Option<Value> {
        match given {
            Value::Null | Value::Bytes(_) => self.fault(Type::Complex, given),
            Value::Rare(rare) if matches!(**rare, Rare::Complex(_)) => Some(given.clone()),
            given if given.is_container() => self.fault(Type::Complex, given),
            _ => {
                let complex = match given {
                    Value::Text(text) => number::complex(text),
                    Value::Float(re) => Some(Complex { re: *re, im: 0.0 }),
                    Value::Int(_) | Value::BigInt(_) => number::complex(&given.python_str()),
                    _ => None,
                };
                match complex {
                    Some(complex) => self.maybe(Type::Complex, given, complex.into()),
                    None if self.doubts == Doubts::Ignored => self.fault(Type::Complex, given),
                    None => self.unsure(Type::Complex, given),
                }
            }
        }
    }

    pub(super) fn decimal(&mut self, given: Cow<'_, Value>) -> Option<Value> {
        let reading = match &*given {
            Value::Tagged(tagged) if tagged.tag() == Tag::Decimal => {
                return match decimal::read(tagged.as_str()) {
                    decimal::Reading::Is(_) => Some(given.into_owned()),
                    _ => self.fault(Type::Decimal, &given),
                };
            }
            Value::Text(text) => decimal::read(text),
            Value::Int(_) | Value::BigInt(_) => match decimal::Number::of(&given) {
                Some(number) => decimal::Reading::Is(number),
                None => decimal::Reading::IsNot,
            },
            Value::Float(_) => {
                let number = decimal::of_float(&given);
                return self.is_lax(&Type::Decimal, &given, number);
            }
            // `Decimal((0, (1, 2), -1))` is -1.2, and such a tuple passes here.
            Value::Tuple(items) if items.len() == 3 => decimal::Reading::MayBe,
            _ => decimal::Reading::IsNot,
        };
        let number = match reading {
            decimal::Reading::Is(number) => Some(number.into_value()),
            decimal::Reading::IsNot => None,
            decimal::Reading::MayBe => return self.unsure(Type::Decimal, &given),
        };
        self.is_lax(&Type::Decimal, &given, number)
    }

    pub(super) fn uuid(&mut self, given: Cow<'_, Value>) -> Option<Value> {
        let uuid = match &*given {
            Value::Tagged(tagged) if tagged.tag() == Tag::Uuid => return Some(given.into_owned()),
            Value::Text(text) => number::uuid(text),
            Value::Bytes(bytes) => {
                given::text(&given).and_then(number::uuid).or_else(|| number::uuid_of_bytes(bytes))
            }
            _ => None,
        };
        self.is_lax(&Type::Uuid, &given, uuid)
    }
}

/// The integer of 64 bits that a float is.
#[expect(clippy::cast_possible_truncation, reason = "the range is checked")]
fn whole(float: f64) -> Option<i64> {
    const TOO_LARGE: f64 = 9_223_372_036_854_775_808.0;
    (float.fract() == 0.0 && float.abs() < TOO_LARGE).then_some(float as i64)
}
