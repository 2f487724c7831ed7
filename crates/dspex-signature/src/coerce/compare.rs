//! Python's `==`, order and hash of values: `1 == 1.0 == True == Decimal("1")`.

use std::{
    cmp::Ordering,
    collections::HashMap,
    hash::{BuildHasher, Hash, Hasher},
};

use super::lax::{decimal::Number, time};
use crate::{Complex, EnumType, Rare, Tag, Value};

/// Values nested deeper are not compared; nothing that is hashable comes near.
const MAX_DEPTH: usize = 64;

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

/// Whether Python holds two values for equal.
pub(crate) fn equal(one: &Value, other: &Value) -> bool {
    equal_within(one, other, MAX_DEPTH)
}

fn equal_within(one: &Value, other: &Value, depth: usize) -> bool {
    let Some(depth) = depth.checked_sub(1) else { return false };
    let all_equal = |ones: &[Value], others: &[Value]| {
        ones.len() == others.len()
            && ones.iter().zip(others).all(|(one, other)| equal_within(one, other, depth))
    };
    match (one, other) {
        (Value::Text(one), Value::Text(other)) => one == other,
        (Value::Bytes(one), Value::Bytes(other)) => one == other,
        (Value::Null, Value::Null) => true,
        (Value::Rare(one), Value::Rare(other))
            if matches!(**one, Rare::Surrogates(_) | Rare::NdArray(_) | Rare::Reference(_)) =>
        {
            one == other
        }
        (Value::List(ones), Value::List(others)) | (Value::Tuple(ones), Value::Tuple(others)) => {
            all_equal(ones, others)
        }
        (Value::Map(ones), Value::Map(others)) => {
            let has = |(name, one): (&str, &Value)| {
                others.value(name).is_some_and(|other| equal_within(one, other, depth))
            };
            ones.len() == others.len() && ones.iter().all(has)
        }
        (Value::Tagged(one), Value::Tagged(other)) if one.tag() != Tag::Decimal => {
            one.tag() == other.tag()
                && (one == other
                    || time::instant(one).is_some_and(|one| Some(one) == time::instant(other)))
        }
        (one, other) if one.as_dict().is_some() => {
            let (Some(ones), Some(others)) = (one.as_dict(), other.as_dict()) else { return false };
            let is_in = |(name, one): (&Value, &Value)| {
                others.iter().any(|(known, other)| {
                    equal_within(name, known, depth) && equal_within(one, other, depth)
                })
            };
            ones.len() == others.len() && ones.iter().all(is_in)
        }
        _ => match (one.as_any_set(), other.as_any_set()) {
            (Some(ones), Some(others)) => {
                let is_in = |one| others.iter().any(|other| equal_within(one, other, depth));
                ones.len() == others.len() && ones.iter().all(is_in)
            }
            _ => numbers_are_equal(one, other),
        },
    }
}

fn numbers_are_equal(one: &Value, other: &Value) -> bool {
    let is = |number: &Value, float| order(number, &Value::Float(float)) == Some(Ordering::Equal);
    match (complex(one), complex(other)) {
        (Some(one), Some(other)) => one == other,
        (Some(complex), None) => complex.im == 0.0 && is(other, complex.re),
        (None, Some(complex)) => complex.im == 0.0 && is(one, complex.re),
        (None, None) => order(one, other) == Some(Ordering::Equal),
    }
}

fn complex(value: &Value) -> Option<Complex> {
    match value {
        Value::Rare(rare) => match **rare {
            Rare::Complex(complex) => Some(complex),
            _ => None,
        },
        _ => None,
    }
}

impl Value {
    /// The order of two numbers as Python has it, whatever their types: `1 == 1.0 == Decimal("1")`,
    /// and `True` is 1; `None` where one of them is no number, or `nan`.
    ///
    /// ```
    /// use std::cmp::Ordering;
    /// use dspex_signature::Value;
    ///
    /// assert_eq!(Value::Int(1).number_order(&Value::Float(1.5)), Some(Ordering::Less));
    /// assert_eq!(Value::from("1").number_order(&Value::Int(1)), None);
    /// ```
    #[must_use]
    pub fn number_order(&self, other: &Self) -> Option<Ordering> {
        order(self, other)
    }
}

/// The order of two numbers; `None` where one of them is none, or `nan`.
#[expect(clippy::cast_precision_loss, reason = "integers up to 2^53 are floats as they are")]
pub(crate) fn order(one: &Value, other: &Value) -> Option<Ordering> {
    const EXACT: u64 = 1 << 53;
    match (one, other) {
        (Value::Int(one), Value::Int(other)) => Some(one.cmp(other)),
        (Value::Float(one), Value::Float(other)) => one.partial_cmp(other),
        (Value::Int(one), Value::Float(other)) if one.unsigned_abs() <= EXACT => {
            (*one as f64).partial_cmp(other)
        }
        (Value::Float(one), Value::Int(other)) if other.unsigned_abs() <= EXACT => {
            one.partial_cmp(&(*other as f64))
        }
        (Value::Bool(one), other) => order(&Value::Int((*one).into()), other),
        (one, Value::Bool(other)) => order(one, &Value::Int((*other).into())),
        _ => match (infinite(one), infinite(other)) {
            (Some(one), Some(other)) => one.partial_cmp(&other),
            (Some(one), None) => Number::of(other).and_then(|_| one.partial_cmp(&0.0)),
            (None, Some(other)) => Number::of(one).and_then(|_| 0.0.partial_cmp(&other)),
            (None, None) => Some(Number::of(one)?.order(&Number::of(other)?)),
        },
    }
}

/// A float that no decimal can stand for.
fn infinite(value: &Value) -> Option<f64> {
    match value {
        Value::Float(float) if !float.is_finite() => Some(*float),
        _ => None,
    }
}

/// Values without those equal to an earlier one, as a set or the keys of a dict keep them.
#[derive(Default)]
pub(crate) struct Distinct {
    values: Vec<Value>,
    /// The last place with a hash, where there are many values.
    last: HashMap<u64, usize>,
    /// The place before with the same hash, for each value.
    before: Vec<Option<usize>>,
}

impl Distinct {
    /// Below this, looking through the values costs less than hashes of them.
    const FEW: usize = 8;

    /// The place of a value, and whether an equal value was there before.
    pub(crate) fn add(&mut self, value: Value) -> (usize, bool) {
        let place = self.values.len();
        if place < Self::FEW {
            if let Some(known) = self.values.iter().position(|known| equal(known, &value)) {
                return (known, true);
            }
            self.values.push(value);
            return (place, false);
        }
        if self.before.is_empty() {
            for (place, known) in self.values.iter().enumerate() {
                let hash = hash(known, self.last.hasher());
                self.before.push(self.last.insert(hash, place));
            }
        }
        let hash = hash(&value, self.last.hasher());
        let mut known = self.last.get(&hash).copied();
        while let Some(place) = known {
            if equal(&self.values[place], &value) {
                return (place, true);
            }
            known = self.before[place];
        }
        self.before.push(self.last.insert(hash, place));
        self.values.push(value);
        (place, false)
    }

    /// The values, in the order of their first occurrence.
    pub(crate) fn into_values(self) -> Vec<Value> {
        self.values
    }
}

/// The same number for equal values; sets and moments need not be told apart.
#[expect(clippy::cast_precision_loss, reason = "equal numbers round to the same float")]
fn hash(value: &Value, state: &impl BuildHasher) -> u64 {
    let mut hasher = state.build_hasher();
    let float = match value {
        Value::Bool(bool) => Some(f64::from(u8::from(*bool))),
        Value::Int(int) => Some(*int as f64),
        Value::BigInt(big) => big.as_str().parse().ok(),
        Value::Float(float) => Some(*float),
        Value::Tagged(tagged) if tagged.tag() == Tag::Decimal => tagged.as_str().parse().ok(),
        // One without an imaginary part may equal a number.
        other => complex(other).map(|complex| complex.re),
    };
    match (float, value) {
        // `-0.0` equals `0.0`.
        (Some(float), _) => (float + 0.0).to_bits().hash(&mut hasher),
        (None, Value::Text(text)) => text.hash(&mut hasher),
        (None, Value::Bytes(bytes)) => bytes.hash(&mut hasher),
        (None, Value::Tagged(tagged)) => match tagged.tag() {
            Tag::Date | Tag::TimeDelta | Tag::Uuid => tagged.hash(&mut hasher),
            tag => (tag, time::instant(tagged)).hash(&mut hasher),
        },
        (None, Value::Tuple(items)) => {
            items.iter().for_each(|item| hash(item, state).hash(&mut hasher));
        }
        // A `frozenset` may equal a set.
        (None, other) if other.as_any_set().is_some() => 0.hash(&mut hasher),
        (None, other) => std::mem::discriminant(other).hash(&mut hasher),
    }
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{BigInt, Tagged};

    fn decimal(text: &str) -> Value {
        Tagged::from_canonical(Tag::Decimal, text).into()
    }

    #[test]
    fn numbers_are_equal_across_their_types() {
        let state = std::hash::RandomState::new();
        let big = BigInt::parse("1180591620717411303424").unwrap();
        for (one, other, expected) in [
            (Value::Bool(true), Value::Float(1.0), true),
            (Value::Int(1), decimal("1.00"), true),
            (Value::Float(0.1), decimal("0.1"), false),
            (Value::Float(0.5), decimal("0.50"), true),
            (big.clone(), Value::Float(1_180_591_620_717_411_303_424.0), true),
            (big, decimal("1180591620717411303424"), true),
            (Value::Int(1 << 53), Value::Float(9_007_199_254_740_993.0), true),
            (Value::Int((1 << 53) + 1), Value::Float(9_007_199_254_740_992.0), false),
            (Value::Float(f64::NAN), Value::Float(f64::NAN), false),
            (Value::Float(f64::INFINITY), decimal("1E+400"), false),
            (Value::Text("1".to_owned()), Value::Int(1), false),
            (Value::Null, Value::Bool(false), false),
            (Value::Tuple(vec![1.into()]), Value::Tuple(vec![1.0.into()]), true),
            (Value::Tuple(vec![1.into()]), vec![1].into(), false),
            (Complex { re: 1.0, im: 0.0 }.into(), Value::Bool(true), true),
            (decimal("1.5"), Complex { re: 1.5, im: -0.0 }.into(), true),
            (Complex { re: 1.0, im: 2.0 }.into(), Value::Int(1), false),
            (Complex { re: f64::NAN, im: 0.0 }.into(), Value::Float(f64::NAN), false),
            (Value::frozen_set(vec![1.into()]), Value::Set(vec![true.into()]), true),
            (Value::frozen_set(vec![1.into()]), vec![1].into(), false),
        ] {
            assert_eq!(equal(&one, &other), expected, "{one:?} == {other:?}");
            let same_hash = hash(&one, &state) == hash(&other, &state);
            assert!(!expected || same_hash, "{one:?} and {other:?}");
        }
    }

    #[test]
    fn the_first_of_equal_values_stays() {
        let mut few = Distinct::default();
        for value in [Value::Int(1), Value::Float(1.0), "1".into(), Value::Bool(true)] {
            few.add(value);
        }
        assert_eq!(few.into_values(), [Value::Int(1), "1".into()]);
        let mut many = Distinct::default();
        for number in (0..100_u8).chain(0..100) {
            many.add(Value::Float(number.into()));
            many.add(Value::Int(number.into()));
        }
        assert_eq!(many.into_values().len(), 100);
    }
}
