//! JSON text as DSPy's `save` writes it: orjson with two spaces of indentation.

use std::fmt::Write;

use crate::Value;

/// The text of a file: the value, and a new line after it.
///
/// Equal to `orjson.dumps(value, option=OPT_INDENT_2 | OPT_APPEND_NEWLINE)` of orjson 3.13.0 for
/// values of the forms that JSON has, to whatever depth the caller has allowed.
pub(super) fn document(value: &Value) -> String {
    let mut out = String::new();
    write(value, 0, &mut out);
    out.push('\n');
    out
}

fn write(value: &Value, depth: usize, out: &mut String) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(bool) => out.push_str(if *bool { "true" } else { "false" }),
        Value::Int(int) => push(out, format_args!("{int}")),
        Value::BigInt(big) => out.push_str(big.as_str()),
        Value::Float(float) => write_float(*float, out),
        Value::Text(text) => quote(text, out),
        Value::List(items) => {
            container(['[', ']'], items.iter(), depth, out, |item, out| {
                write(item, depth + 1, out);
            });
        }
        Value::Map(fields) => {
            container(['{', '}'], fields.iter(), depth, out, |(name, value), out| {
                quote(name, out);
                out.push_str(": ");
                write(value, depth + 1, out);
            });
        }
        // A document holds the forms of JSON only: see `saved::storable`.
        other => quote(&other.python_str(), out),
    }
}

fn container<T>(
    [open, close]: [char; 2],
    items: impl ExactSizeIterator<Item = T>,
    depth: usize,
    out: &mut String,
    mut write_item: impl FnMut(T, &mut String),
) {
    let is_empty = items.len() == 0;
    out.push(open);
    for (position, item) in items.enumerate() {
        if position > 0 {
            out.push(',');
        }
        new_line(depth + 1, out);
        write_item(item, out);
    }
    if !is_empty {
        new_line(depth, out);
    }
    out.push(close);
}

fn new_line(depth: usize, out: &mut String) {
    out.push('\n');
    out.extend(std::iter::repeat_n("  ", depth));
}

fn quote(text: &str, out: &mut String) {
    out.push('"');
    let mut plain_from = 0;
    for (position, byte) in text.bytes().enumerate() {
        let escape = match byte {
            b'"' => "\\\"",
            b'\\' => "\\\\",
            b'\n' => "\\n",
            b'\r' => "\\r",
            b'\t' => "\\t",
            0x08 => "\\b",
            0x0c => "\\f",
            0..=0x1f => "",
            _ => continue,
        };
        out.push_str(&text[plain_from..position]);
        out.push_str(escape);
        if escape.is_empty() {
            push(out, format_args!("\\u{byte:04x}"));
        }
        plain_from = position + 1;
    }
    out.push_str(&text[plain_from..]);
    out.push('"');
}

/// The digits of Python's `repr`, plain from 1e-5 up to 1e16 and with a bare exponent elsewhere:
/// `0.00001`, `1e-6`, `1e+16`.
fn write_float(float: f64, out: &mut String) {
    if !float.is_finite() {
        out.push_str("null");
        return;
    }
    let repr = Value::Float(float).python_repr();
    let Some((mantissa, exponent)) = repr.split_once('e') else {
        out.push_str(&repr);
        return;
    };
    match exponent {
        "-05" => {
            let (sign, digits) = match mantissa.strip_prefix('-') {
                Some(digits) => ("-", digits),
                None => ("", mantissa),
            };
            out.extend([sign, "0.0000"]);
            out.extend(digits.chars().filter(|char| *char != '.'));
        }
        _ => {
            let (sign, digits) = exponent.split_at(1);
            out.extend([mantissa, "e", sign, digits.trim_start_matches('0')]);
        }
    }
}

fn push(out: &mut String, arguments: std::fmt::Arguments<'_>) {
    out.write_fmt(arguments).expect("writing to a `String` cannot fail");
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
