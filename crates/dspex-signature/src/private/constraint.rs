//! Constraints on fields: which types can carry them, and whether a value keeps them.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use crate::coerce::compare;
use crate::{Dict, Fields, Value, ValueError, pattern};

/// Checks the field that is known by these names against its limits.
pub fn check(
    fields: &Fields,
    names: &[&str],
    limits: &[(&'static str, Value)],
) -> Result<(), ValueError> {
    let Some(value) = super::find(fields, names) else { return Ok(()) };
    match limits.iter().find(|(limit, bound)| !holds(limit, bound, value)) {
        None => Ok(()),
        Some((limit, bound)) => {
            let (expected, found) = match *limit {
                "ge" => (format!(">= {bound}"), "less"),
                "gt" => (format!("> {bound}"), "not more"),
                "le" => (format!("<= {bound}"), "more"),
                "lt" => (format!("< {bound}"), "not less"),
                "pattern" => (format!("text that matches {bound}"), "text that does not"),
                "min_length" => (format!("a length >= {bound}"), "a shorter one"),
                _ => (format!("a length <= {bound}"), "a longer one"),
            };
            Err(ValueError::new(expected, found).in_field(super::own(names)))
        }
    }
}

/// Whether a value keeps a limit; one of another type does, because reading it tells better.
fn holds(limit: &str, bound: &Value, value: &Value) -> bool {
    if limit == "pattern" {
        let (Some(pattern), Some(text)) = (bound.as_str(), value.as_str()) else { return true };
        // Text with characters that are newer than the pattern's tables is the user's to judge.
        return pattern::matches(pattern, text).unwrap_or(true);
    }
    let length = match value {
        Value::Text(text) => Some(text.chars().count()),
        Value::Map(map) => Some(map.len()),
        other => other.as_list().map(<[_]>::len).or(other.as_dict().map(Dict::len)),
    };
    let is_number = |value: &Value| compare::order(value, value).is_some();
    let order = match (limit, length) {
        ("min_length" | "max_length", Some(length)) => {
            i64::try_from(length).ok().and_then(|length| compare::order(&length.into(), bound))
        }
        ("min_length" | "max_length", None) => return true,
        _ if is_number(value) || matches!(value, Value::Float(_)) => compare::order(value, bound),
        _ => return true,
    };
    // What has no order, as `nan`, keeps none.
    order.is_some_and(|order| match limit {
        "ge" | "min_length" => order.is_ge(),
        "gt" => order.is_gt(),
        "le" | "max_length" => order.is_le(),
        _ => order.is_lt(),
    })
}

/// A type that `ge`, `gt`, `le` and `lt` can bound.
#[diagnostic::on_unimplemented(
    message = "`ge`, `gt`, `le` and `lt` bound numbers, and `{Self}` is not one",
    label = "not for a field of type `{Self}`"
)]
pub trait Ordered {}

/// A type that a bound with a fraction can bound.
#[diagnostic::on_unimplemented(
    message = "a bound with a fraction bounds numbers with one, and `{Self}` has none",
    label = "write a whole number for a field of type `{Self}`"
)]
pub trait Fractional {}

/// A type that `min_length` and `max_length` can bound.
#[diagnostic::on_unimplemented(
    message = "`min_length` and `max_length` bound text, lists, sets and maps, and `{Self}` is none",
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

            #[diagnostic::do_not_recommend]
            impl<T: $capability> $capability for Arc<T> {}
        )*
    };
}

mark! {
    Ordered: i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize, f32, f64;
    Fractional: f32, f64;
    Long: String, Box<str>, Arc<str>;
    Textual: String, Box<str>, Arc<str>;
}

macro_rules! long {
    ($($container:ident<$($item:ident),*>;)*) => {
        $(
            #[diagnostic::do_not_recommend]
            impl<$($item),*> Long for $container<$($item),*> {}
        )*
    };
}

long! {
    Vec<T>;
    BTreeSet<T>;
    HashSet<T>;
    BTreeMap<K, V>;
    HashMap<K, V>;
}

#[cfg(feature = "decimal")]
#[diagnostic::do_not_recommend]
impl Ordered for rust_decimal::Decimal {}

#[cfg(feature = "decimal")]
#[diagnostic::do_not_recommend]
impl Fractional for rust_decimal::Decimal {}

/// Fails to compile where `T` cannot carry the constraint.
pub const fn assert_ordered<T: Ordered>() {}

/// Fails to compile where `T` cannot carry the constraint.
pub const fn assert_fractional<T: Fractional>() {}

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
        check(&fields! { "x" => value }, &["x"], &[(limit, bound.into())])
            .map_or_else(|error| error.to_string(), |()| "ok".to_owned())
    }

    #[test]
    fn limits_hold_at_their_bound_or_just_beyond() {
        assert_eq!(limited("ge", 1, 1), "ok");
        assert_eq!(limited("ge", 1, 0), "`x` should be `>= 1`, found `less`");
        assert_eq!(limited("gt", 0.5, 0.5), "`x` should be `> 0.5`, found `not more`");
        assert_eq!(limited("le", 1, 1.5), "`x` should be `<= 1`, found `more`");
        assert_eq!(limited("lt", 1, 1), "`x` should be `< 1`, found `not less`");
        assert_eq!(limited("ge", 0.0, f64::NAN), "`x` should be `>= 0.0`, found `less`");
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
    fn a_pattern_may_match_anywhere() {
        assert_eq!(limited("pattern", "[0-9]", "a1"), "ok");
        assert_eq!(
            limited("pattern", "^[0-9]+$", "a1"),
            "`x` should be `text that matches ^[0-9]+$`, found `text that does not`"
        );
    }

    #[test]
    fn integers_are_compared_to_the_last_digit() {
        let most = "`x` should be `< 9007199254740993`, found `not less`";
        assert_eq!(limited("lt", 9_007_199_254_740_993_i64, 9_007_199_254_740_993_i64), most);
        assert_eq!(limited("lt", 9_007_199_254_740_993_i64, 9_007_199_254_740_992_i64), "ok");
        assert_eq!(limited("gt", 1, crate::BigInt::parse("9223372036854775808").unwrap()), "ok");
    }

    #[test]
    fn what_is_of_another_type_or_absent_is_not_ours_to_judge() {
        assert_eq!(limited("ge", 1, "text"), "ok");
        assert_eq!(limited("pattern", "a", 1), "ok");
        assert_eq!(limited("ge", 1, Value::Null), "ok");
        assert_eq!(check(&fields! {}, &["x"], &[("ge", Value::Int(1))]), Ok(()));
    }
}
