//! Whether the bound of a constraint can stand on a field's type.

use std::cmp::Ordering;

use crate::coerce::compare;
use crate::pattern;
use crate::{Coerced, Field, SignatureFault, Tag, Type, Value, validate};

/// The faults of a field's constraints, as pydantic 2.14.3 finds them when DSPy makes the class.
/// A constraint on a type that it says nothing about is none: pydantic passes over it.
pub(super) fn bound_faults(field: &Field) -> impl Iterator<Item = SignatureFault> {
    let ty = field.ty.without_none();
    let wrong = move |(name, bound): (&str, &Value)| {
        let hint = match wanted(ty, name) {
            Some(wanted) if !wanted.takes(bound) => {
                format!("on `{ty}` it has to be {}", wanted.words())
            }
            None if name == "pattern" => pattern_hint(bound)?,
            _ => return None,
        };
        let message = format!("constraint `{name}` of field `{}` is {bound}", field.name);
        Some(SignatureFault::new(message).hint(hint))
    };
    field.constraints.iter().filter_map(wrong)
}

/// What is wrong with a pattern; pydantic reads it whatever the field's type is.
fn pattern_hint(bound: &Value) -> Option<String> {
    match bound {
        Value::Null => None,
        Value::Text(text) => {
            pattern::fault(text).map(|fault| format!("the pattern cannot be read: {fault}"))
        }
        _ => Some("a pattern is text".to_owned()),
    }
}

/// What a bound has to be.
#[derive(Clone, Copy, PartialEq)]
enum Wanted {
    Integer,
    PositiveInteger,
    Number,
    PositiveNumber,
    /// A number, and no bool.
    Decimal,
    PositiveDecimal,
    /// A date, and no number of seconds.
    Date,
    DateTime,
    Time,
    TimeDelta,
    Length,
}

fn wanted(ty: &Type, name: &str) -> Option<Wanted> {
    Some(match (name, ty) {
        ("gt" | "ge" | "lt" | "le", Type::Int) => Wanted::Integer,
        ("gt" | "ge" | "lt" | "le", Type::Float) => Wanted::Number,
        ("gt" | "ge" | "lt" | "le", Type::Decimal) => Wanted::Decimal,
        ("gt" | "ge" | "lt" | "le", Type::Date) => Wanted::Date,
        ("gt" | "ge" | "lt" | "le", Type::DateTime) => Wanted::DateTime,
        ("gt" | "ge" | "lt" | "le", Type::Time) => Wanted::Time,
        ("gt" | "ge" | "lt" | "le", Type::TimeDelta) => Wanted::TimeDelta,
        ("multiple_of", Type::Int) => Wanted::PositiveInteger,
        ("multiple_of", Type::Float) => Wanted::PositiveNumber,
        ("multiple_of", Type::Decimal) => Wanted::PositiveDecimal,
        (
            "min_length" | "max_length",
            Type::Str
            | Type::Bytes
            | Type::List(_)
            | Type::Collection(..)
            | Type::Tuple(_)
            | Type::Dict(..)
            | Type::Mapping(..)
            | Type::Bare(_),
        ) => Wanted::Length,
        _ => return None,
    })
}

impl Wanted {
    fn takes(self, bound: &Value) -> bool {
        // `None` is no bound at all.
        if bound.is_null() {
            return true;
        }
        match self {
            Self::Integer => is_a(&Type::Int, bound),
            Self::PositiveInteger => is_a(&Type::Int, bound) && is_positive(bound),
            Self::Number => is_a(&Type::Float, bound),
            Self::PositiveNumber => float(bound).is_some_and(|float| float > 0.0),
            // `nan` bounds a decimal, though it is none that pydantic would read.
            Self::Decimal => matches!(bound, Value::Float(_)) || is_a(&Type::Decimal, bound),
            Self::PositiveDecimal => {
                !matches!(bound, Value::Bool(_))
                    && is_a(&Type::Decimal, bound)
                    && is_positive(bound)
            }
            Self::Date => {
                !matches!(bound, Value::Bool(_) | Value::Int(_) | Value::Float(_))
                    && is_a(&Type::Date, bound)
            }
            // A number is so many seconds, but `True` is none.
            Self::DateTime => !matches!(bound, Value::Bool(_)) && is_a(&Type::DateTime, bound),
            Self::Time => !matches!(bound, Value::Bool(_)) && is_a(&Type::Time, bound),
            Self::TimeDelta => is_a(&Type::TimeDelta, bound),
            Self::Length => match bound {
                Value::Int(int) => *int >= 0,
                Value::Bool(_) => true,
                _ => false,
            },
        }
    }

    const fn words(self) -> &'static str {
        match self {
            Self::Integer => "a whole number",
            Self::PositiveInteger => "a whole number above 0",
            Self::Number | Self::Decimal => "a number",
            Self::PositiveNumber | Self::PositiveDecimal => "a number above 0",
            Self::Date => "a date",
            Self::DateTime => "a date and time, or seconds since 1970",
            Self::Time => "a time, or seconds since midnight",
            Self::TimeDelta => "a duration, or seconds",
            Self::Length => "a whole number, 0 or more",
        }
    }
}

/// Whether pydantic reads the bound as a value of the type: `"1"` is an `int`.
fn is_a(ty: &Type, bound: &Value) -> bool {
    matches!(validate(ty, bound.clone()), Coerced::Exact(_))
}

/// Whether what pydantic reads as a number is finite and above 0.
fn is_positive(bound: &Value) -> bool {
    match bound {
        Value::Text(text) => text.trim().parse().is_ok_and(|float: f64| float > 0.0),
        Value::Float(float) => float.is_finite() && *float > 0.0,
        _ => compare::order(bound, &Value::Int(0)).is_some_and(Ordering::is_gt),
    }
}

/// The finite float that a number is to Python.
fn float(bound: &Value) -> Option<f64> {
    let float = match bound {
        Value::Bool(bool) => f64::from(*bool),
        Value::BigInt(big) => big.as_str().parse().ok()?,
        Value::Tagged(decimal) if decimal.tag() == Tag::Decimal => decimal.as_str().parse().ok()?,
        _ => bound.as_float()?,
    };
    float.is_finite().then_some(float)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Tagged;

    #[track_caller]
    fn check(ty: &str, name: &str, takes: &[Value], refuses: &[Value]) {
        let ty = Type::parse(ty).unwrap();
        let faults = |bound: &Value| {
            let field = Field::new("a", ty.clone()).with_constraint(name, bound.clone());
            bound_faults(&field).count()
        };
        for bound in takes {
            assert_eq!(faults(bound), 0, "{ty} {name}={bound}");
        }
        for bound in refuses {
            assert_eq!(faults(bound), 1, "{ty} {name}={bound}");
        }
    }

    fn decimal(text: &str) -> Value {
        Tagged::from_canonical(Tag::Decimal, text).into()
    }

    #[test]
    fn bounds_fit_their_types_as_pydantic_says() {
        let (half, text, nan) = (Value::Float(0.5), Value::from("a"), Value::Float(f64::NAN));
        let (zero, one, minus) = (Value::Int(0), Value::Int(1), Value::Int(-1));
        let (whole, yes) = (Value::Float(1.0), Value::Bool(true));
        let all = [&half, &text, &nan, &zero, &one, &minus, &whole, &yes].map(Clone::clone);
        let of =
            |values: &[&Value]| values.iter().map(|value| (*value).clone()).collect::<Vec<_>>();
        let with_int = [&zero, &one, &minus, &whole, &yes, &Value::Null];
        check("int", "gt", &of(&with_int), &of(&[&half, &text, &nan]));
        check("int", "gt", &["1".into()], &["one".into()]);
        check("Optional[int]", "le", &of(&with_int), &of(&[&half, &text, &nan]));
        check("int", "multiple_of", &of(&[&one, &whole, &yes]), &of(&[&zero, &minus, &half, &nan]));
        check("float", "ge", &of(&[&half, &nan, &yes]), &of(&[&text]));
        check("float", "multiple_of", &of(&[&half, &yes]), &of(&[&zero, &minus, &nan, &text]));
        check("float", "multiple_of", &[decimal("0.5")], &["0.5".into(), decimal("1e400")]);
        check("int", "multiple_of", &[decimal("2"), " 2 ".into()], &[decimal("-2")]);
        let endless = decimal("Infinity");
        check("decimal.Decimal", "multiple_of", &[decimal("1e-400")], &[decimal("0"), endless]);
        check("Union[None, int]", "gt", &with_int.map(Clone::clone), &of(&[&half, &text]));
        check("decimal.Decimal", "lt", &of(&[&half, &nan]), &of(&[&yes, &text]));
        check("datetime.date", "gt", &["2020-01-01".into(), Value::Null], &all);
        let seconds = of(&[&half, &zero, &one, &whole]);
        check("datetime.datetime", "gt", &seconds, &of(&[&yes, &text, &nan]));
        check("datetime.time", "gt", &seconds, &of(&[&minus, &yes, &text, &nan]));
        check("datetime.timedelta", "gt", &seconds, &of(&[&text]));
        check("str", "min_length", &of(&[&zero, &one, &yes]), &of(&[&minus, &whole, &half, &text]));
        check("list[int]", "max_length", &of(&[&zero]), &of(&[&minus, &whole]));
        check("Union[int, str]", "min_length", &all, &[]);
        check("bool", "gt", &all, &[]);
        check("str", "pattern", &["^a$".into(), "".into(), Value::Null], &["(".into(), one]);
        check("int", "pattern", &["^a$".into()], &["a(?=b)".into()]);
    }

    #[test]
    fn a_wrong_bound_is_told_with_what_it_has_to_be() {
        let field = Field::new("k", Type::Int).with_constraint("ge", 0.5);
        let faults: Vec<_> = bound_faults(&field).map(|fault| fault.to_string()).collect();
        assert_eq!(
            faults,
            ["constraint `ge` of field `k` is 0.5\n  hint: on `int` it has to be a whole number"]
        );
        let field = Field::new("k", Type::Str).with_constraint("pattern", "[");
        let faults: Vec<_> = bound_faults(&field).map(|fault| fault.to_string()).collect();
        let expected = "constraint `pattern` of field `k` is [\n  hint: the pattern cannot be read: \
                        unclosed character class";
        assert_eq!(faults, [expected]);
    }
}
