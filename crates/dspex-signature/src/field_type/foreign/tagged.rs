//! Types that Python has too, and that a [`Value`] holds as pydantic's text.

use crate::{Coerced, Type, Value, ValueError, validate};

/// Implements [`FieldType`](crate::FieldType) through the text of a type.
///
/// A row is the Rust type, the Python type, what to call a value that the Rust type has no room
/// for, how to write one in a form that pydantic reads, and how to read pydantic's own form.
macro_rules! tagged {
    ($($rust:ty, $tag:ident, $expected:literal, $write:expr, $read:expr;)*) => {
        $(impl crate::FieldType for $rust {
            const SHAPE: crate::Shape = crate::Shape::Named(crate::Tag::$tag.python_type());

            fn field_type() -> crate::Type {
                crate::Type::$tag
            }

            fn into_value(self) -> crate::Value {
                let write: fn(&Self) -> String = $write;
                $crate::field_type::foreign::tagged::canonical(&crate::Type::$tag, write(&self))
            }

            fn from_value(value: &crate::Value) -> Result<Self, crate::ValueError> {
                let read: fn(&str) -> Option<Self> = $read;
                let text = $crate::field_type::foreign::tagged::text(&crate::Type::$tag, value)?;
                read(&text).ok_or_else(|| crate::ValueError::new($expected, "another"))
            }
        })*
    };
}
pub(super) use tagged;

/// The value of a text. What Python has no room for, as the year 10 000, stays text.
pub(super) fn canonical(ty: &Type, text: String) -> Value {
    match validate(ty, text.as_str().into()) {
        Coerced::Exact(value) => value,
        _ => Value::Text(text),
    }
}

/// The text of a value as pydantic writes it.
pub(super) fn text(ty: &Type, value: &Value) -> Result<String, ValueError> {
    match validate(ty, value.clone()) {
        Coerced::Exact(Value::Tagged(tagged)) => Ok(tagged.as_str().to_owned()),
        _ => Err(ValueError::new(ty.to_string(), value.python_type())),
    }
}

/// A duration in a form that pydantic reads.
#[cfg(any(feature = "chrono", feature = "jiff"))]
pub(super) fn write_duration(nanoseconds: i128) -> String {
    let sign = if nanoseconds < 0 { "-" } else { "" };
    // Python's durations have no nanoseconds.
    let microseconds = nanoseconds.unsigned_abs() / 1_000;
    let (seconds, fraction) = (microseconds / 1_000_000, microseconds % 1_000_000);
    let (days, seconds) = (seconds / 86_400, seconds % 86_400);
    format!("{sign}P{days}DT{seconds}.{fraction:06}S")
}

/// The microseconds of a duration in pydantic's own form.
#[cfg(any(feature = "chrono", feature = "jiff"))]
pub(super) fn read_duration(text: &str) -> Option<i64> {
    crate::coerce::microseconds(text)
}
