//! `range`: a number within bounds.

use std::cmp::Ordering;
use std::sync::Arc;

use dspex_signature::{Tag, Value};

use super::{Found, Options, Row, Rule, ValidatorError};

pub(super) const ROW: Row = Row {
    name: "range",
    about: "a number that is `ge`, `gt`, `le` and `lt` what they say, compared as Python compares",
    options: &["ge", "gt", "le", "lt"],
    build,
};

/// A bound: its name, how a number within it stands to it, in words.
struct Bound(&'static str, fn(Ordering) -> bool, &'static str);

const BOUNDS: [Bound; 4] = [
    Bound("ge", Ordering::is_ge, "at least"),
    Bound("gt", Ordering::is_gt, "more than"),
    Bound("le", Ordering::is_le, "at most"),
    Bound("lt", Ordering::is_lt, "less than"),
];

/// The bound of each row of [`BOUNDS`].
struct Within([Option<Value>; 4]);

fn build(options: &Options<'_>) -> Result<Arc<dyn Rule>, ValidatorError> {
    let bound = |Bound(name, ..)| {
        options.read(name, "a number", |value| is_number(value).then(|| value.clone()))
    };
    let [ge, gt, le, lt] = BOUNDS.map(bound);
    let bounds = [ge?, gt?, le?, lt?];
    if bounds.iter().all(Option::is_none) {
        return Err(options.fault("ge", "is missing, and so are `gt`, `le` and `lt`"));
    }
    Ok(Arc::new(Within(bounds)))
}

impl Rule for Within {
    fn check(&self, value: &Value, found: &mut Found) {
        found.each(value, |value, found| {
            if !matches!(value, Value::Float(_)) && !is_number(value) {
                return found.push_type("float", value);
            }
            for (Bound(name, holds, words), bound) in BOUNDS.iter().zip(&self.0) {
                let Some(bound) = bound else { continue };
                // `nan` has no order, and is within nothing.
                if !value.number_order(bound).is_some_and(*holds) {
                    let hint = format!("give a number that is {words} {bound}");
                    found.push(format!("range.{name}"), format!("is not {words} {bound}"), hint);
                }
            }
        });
    }
}

/// A number that others can be compared with. Truth values are none here, although they are to
/// Python: who checks a range does not expect them.
fn is_number(value: &Value) -> bool {
    match value {
        Value::Int(_) | Value::BigInt(_) => true,
        Value::Float(float) => !float.is_nan(),
        Value::Tagged(tagged) => tagged.tag() == Tag::Decimal,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use dspex_signature::{BigInt, Tagged, fields};

    use super::*;
    use crate::operations::validate::tests::{fault, told};

    #[test]
    fn a_range_compares_numbers_of_all_types_exactly() {
        let share = fields! { "ge" => 0, "lt" => 1.0 };
        let big = BigInt::parse("123456789012345678901234567890").unwrap();
        let decimal = |text| Value::from(Tagged::from_canonical(Tag::Decimal, text));
        for (options, value, expected) in [
            (&share, Value::Int(0), ""),
            (&share, 0.999.into(), ""),
            (&share, decimal("0.30"), ""),
            (&share, 1.into(), "the value is not less than 1.0"),
            (&share, decimal("-0.1"), "the value is not at least 0"),
            (&share, big.clone(), "the value is not less than 1.0"),
            (
                &share,
                f64::NAN.into(),
                "the value is not at least 0; the value is not less than 1.0",
            ),
            (&share, vec![0, 7].into(), "`[1]` is not less than 1.0"),
            (&share, true.into(), "the value should be `float`, found `bool`"),
            (&share, "0.5".into(), "the value should be `float`, found `str`"),
            (
                &fields! { "gt" => big },
                i64::MAX.into(),
                "the value is not more than 123456789012345678901234567890",
            ),
        ] {
            assert_eq!(told("range", options, value.clone()), expected, "{value}");
        }
        assert!(fault("range", &fields! {}).contains("is missing"));
        assert!(
            fault("range", &fields! { "ge" => "0" }).contains("should be a number, found `str`")
        );
    }
}
