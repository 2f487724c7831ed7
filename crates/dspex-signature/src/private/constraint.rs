//! Constraints on fields: which types can carry them, and whether a value keeps them.

use crate::{Fields, Value, ValueError};

/// Checks the field `name` against its limits; `pattern` is not among them.
pub fn check(
    fields: &Fields,
    name: &str,
    limits: &[(&'static str, Value)],
) -> Result<(), ValueError> {
    let Some(value) = fields.value(name) else { return Ok(()) };
    match limits.iter().find(|(limit, bound)| !holds(limit, bound, value)) {
        None => Ok(()),
        Some((limit, bound)) => {
            let bound = bound.as_float().unwrap_or(f64::NAN);
            let (expected, found) = match *limit {
                "ge" => (format!(">= {bound}"), "less"),
                "gt" => (format!("> {bound}"), "not more"),
                "le" => (format!("<= {bound}"), "more"),
                "lt" => (format!("< {bound}"), "not less"),
                "min_length" => (format!("a length >= {bound}"), "a shorter one"),
                _ => (format!("a length <= {bound}"), "a longer one"),
            };
            Err(ValueError::new(expected, found).in_field(name))
        }
    }
}

/// Whether a value keeps a limit; one of another type does, because reading it tells better.
fn holds(limit: &str, bound: &Value, value: &Value) -> bool {
    let number = match limit {
        "min_length" | "max_length" => match value {
            Value::Text(text) => Some(text.chars().count() as f64),
            Value::List(items) | Value::Tuple(items) | Value::Set(items) => {
                Some(items.len() as f64)
            }
            Value::Map(map) => Some(map.len() as f64),
            _ => None,
        },
        // Compared as integers where both are, because a float holds only 53 bits.
        _ => match (value, bound) {
            (Value::Int(value), Value::Int(bound)) => {
                return match limit {
                    "ge" => value >= bound,
                    "gt" => value > bound,
                    "le" => value <= bound,
                    _ => value < bound,
                };
            }
            (Value::BigInt(big), _) => big.as_str().parse().ok(),
            _ => value.as_float(),
        },
    };
    let (Some(number), Some(bound)) = (number, bound.as_float()) else { return true };
    match limit {
        "ge" | "min_length" => number >= bound,
        "gt" => number > bound,
        "le" | "max_length" => number <= bound,
        _ => number < bound,
    }
}

/// A type that `ge`, `gt`, `le` and `lt` can bound.
#[diagnostic::on_unimplemented(
    message = "`ge`, `gt`, `le` and `lt` bound numbers, and `{Self}` is not one",
    label = "not for a field of type `{Self}`"
)]
pub trait Ordered {}

/// A type that `min_length` and `max_length` can bound.
#[diagnostic::on_unimplemented(
    message = "`min_length` and `max_length` bound text and lists, and `{Self}` is neither",
    label = "not for a field of type `{Self}`"
)]
pub trait Long {}

/// A type that `pattern` can describe.
#[diagnostic::on_unimplemented(
    message = "`pattern` describes text, and `{Self}` is not text",
    label = "not for a field of type `{Self}`"
)]
pub trait Textual {}

macro_rules! mark {
    ($($capability:ident: $($rust:ty),*;)*) => {
        $($(
            #[diagnostic::do_not_recommend]
            impl $capability for $rust {}
        )*)*
        $(
            #[diagnostic::do_not_recommend]
            impl<T: $capability> $capability for Option<T> {}

            #[diagnostic::do_not_recommend]
            impl<T: $capability> $capability for Box<T> {}
        )*
    };
}

mark! {
    Ordered: i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize, f32, f64;
    Long: String;
    Textual: String;
}

#[diagnostic::do_not_recommend]
impl<T> Long for Vec<T> {}

/// Fails to compile where `T` cannot carry the constraint.
pub const fn assert_ordered<T: Ordered>() {}

/// Fails to compile where `T` cannot carry the constraint.
pub const fn assert_long<T: Long>() {}

/// Fails to compile where `T` cannot carry the constraint.
pub const fn assert_textual<T: Textual>() {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fields;

    #[track_caller]
    fn limited(limit: &'static str, bound: impl Into<Value>, value: impl Into<Value>) -> String {
        check(&fields! { "x" => value }, "x", &[(limit, bound.into())])
            .map_or_else(|error| error.to_string(), |()| "ok".to_owned())
    }

    #[test]
    fn limits_hold_at_their_bound_or_just_beyond() {
        assert_eq!(limited("ge", 1, 1), "ok");
        assert_eq!(limited("ge", 1, 0), "`x` should be `>= 1`, found `less`");
        assert_eq!(limited("gt", 0.5, 0.5), "`x` should be `> 0.5`, found `not more`");
        assert_eq!(limited("le", 1, 1.5), "`x` should be `<= 1`, found `more`");
        assert_eq!(limited("lt", 1, 1), "`x` should be `< 1`, found `not less`");
        assert_eq!(limited("ge", 0.0, f64::NAN), "`x` should be `>= 0`, found `less`");
        assert_eq!(limited("lt", i64::MAX, i64::MAX - 1), "ok");
    }

    #[test]
    fn lengths_count_characters_and_items() {
        assert_eq!(limited("max_length", 2, "äö"), "ok");
        assert_eq!(
            limited("max_length", 1, "äö"),
            "`x` should be `a length <= 1`, found `a longer one`"
        );
        assert_eq!(
            limited("min_length", 1, Vec::<i64>::new()),
            "`x` should be `a length >= 1`, found `a shorter one`"
        );
    }

    #[test]
    fn what_is_of_another_type_or_absent_is_not_ours_to_judge() {
        assert_eq!(limited("ge", 1, "text"), "ok");
        assert_eq!(limited("ge", 1, Value::Null), "ok");
        assert_eq!(check(&fields! {}, "x", &[("ge", Value::Int(1))]), Ok(()));
    }
}
