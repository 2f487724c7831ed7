//! JSON text as DSPy's `save` writes it: orjson with two spaces of indentation.

use crate::{JsonStyle, Value};

/// The text of a file: the value, and a new line after it.
///
/// Equal to `orjson.dumps(value, option=OPT_INDENT_2 | OPT_APPEND_NEWLINE)` of orjson 3.13.0 for
/// values of the forms that JSON has, which is all that `saved::storable` lets through.
pub(super) fn document(value: &Value) -> String {
    value.to_json_with(JsonStyle::default().indented(2).with_orjson_floats()) + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fields;

    #[track_caller]
    fn check(value: impl Into<Value>, expected: &str) {
        assert_eq!(document(&value.into()), format!("{expected}\n"));
    }

    #[test]
    fn floats_are_as_orjson_prints_them() {
        for (float, expected) in [
            (0.0, "0.0"),
            (-0.0, "-0.0"),
            (1.0, "1.0"),
            (0.0001, "0.0001"),
            (1e-5, "0.00001"),
            (-1.5e-5, "-0.000015"),
            (1e-6, "1e-6"),
            (-1.234e-6, "-1.234e-6"),
            (1e-10, "1e-10"),
            (5e-324, "5e-324"),
            (9_999_999_999_999_998.0, "9999999999999998.0"),
            (1e16, "1e+16"),
            (1.5e300, "1.5e+300"),
            (f64::MAX, "1.7976931348623157e+308"),
            (-4_647_020_823_253_065.0 / 4.0, "-1161755205813266.2"),
            (f64::NAN, "null"),
            (f64::NEG_INFINITY, "null"),
        ] {
            check(float, expected);
        }
    }

    #[test]
    fn text_is_escaped_no_more_than_needed() {
        check("é\"\\\n\r\t\u{8}\u{c}\u{1}\u{1f}\u{7f}/", {
            "\"é\\\"\\\\\\n\\r\\t\\b\\f\\u0001\\u001f\u{7f}/\""
        });
    }

    #[test]
    fn containers_take_two_spaces_a_level_and_empty_ones_none() {
        let value = fields! { "a" => [1, 2], "b" => fields! {}, "c" => Vec::<i64>::new() };
        check(value, "{\n  \"a\": [\n    1,\n    2\n  ],\n  \"b\": {},\n  \"c\": []\n}");
    }
}
