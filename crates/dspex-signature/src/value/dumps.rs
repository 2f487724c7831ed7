//! Values as JSON text, in the forms of Python's `json.dumps`.

use std::fmt::Write;

use super::{Rare, SurrogateText, Value, rare::Piece, text::float_repr};

/// How JSON is written.
///
/// The default is what DSPy puts into prompts: one line, `", "` and `": "`, no escapes for
/// characters beyond ASCII, and `null` for `nan` and the infinities.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct JsonStyle {
    indent: Option<usize>,
    non_finite: bool,
    ascii: bool,
    orjson_floats: bool,
}

impl JsonStyle {
    /// Spaces per level, one item a line: Python's `indent`.
    #[must_use]
    pub const fn indented(mut self, spaces: usize) -> Self {
        self.indent = Some(spaces);
        self
    }

    /// `NaN`, `Infinity` and `-Infinity` as `json.dumps` writes them, which is not valid JSON.
    #[must_use]
    pub const fn with_non_finite(mut self) -> Self {
        self.non_finite = true;
        self
    }

    /// Escapes for all characters beyond ASCII: Python's `ensure_ascii`, which is its default.
    #[must_use]
    pub const fn in_ascii(mut self) -> Self {
        self.ascii = true;
        self
    }

    /// Floats as orjson writes them, `1e-6` for `1e-06`.
    #[must_use]
    pub(crate) const fn with_orjson_floats(mut self) -> Self {
        self.orjson_floats = true;
        self
    }
}

impl Value {
    /// JSON on one line, as DSPy writes it into prompts; see [`JsonStyle`].
    ///
    /// Tuples and sets become lists, bytes the text they hold (with `U+FFFD` for what is not
    /// UTF-8). [`Value::from_json`] reads everything else back as it was.
    ///
    /// ```
    /// use dspex_signature::{Value, fields};
    ///
    /// let value = Value::from(fields! { "naïve" => vec![1.0, 2e16] });
    /// assert_eq!(value.to_json(), r#"{"naïve": [1.0, 2e+16]}"#);
    /// ```
    #[must_use]
    pub fn to_json(&self) -> String {
        self.to_json_with(JsonStyle::default())
    }

    /// JSON in a style of your choice.
    #[must_use]
    pub fn to_json_with(&self, style: JsonStyle) -> String {
        let mut out = String::new();
        self.write_json(style, &mut out);
        out
    }

    /// Appends JSON to a text.
    pub(crate) fn write_json(&self, style: JsonStyle, out: &mut String) {
        write(self, style, 0, out);
    }
}

/// Appends text in double quotes, escaped as `json.dumps` does.
fn write_quoted(text: &str, style: JsonStyle, out: &mut String) {
    out.push('"');
    write_escaped(text, style, out);
    out.push('"');
}

fn write_escaped(text: &str, style: JsonStyle, out: &mut String) {
    let mut plain_from = 0;
    let is_plain = |byte| match byte {
        b'"' | b'\\' | 0..=0x1f => false,
        0x7f.. => !style.ascii,
        _ => true,
    };
    for (position, byte) in text.bytes().enumerate() {
        // The rest of a long character has been written with its first byte.
        if is_plain(byte) || position < plain_from {
            continue;
        }
        let Some(char) = text[position..].chars().next() else { break };
        out.push_str(&text[plain_from..position]);
        match char {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\x08' => out.push_str("\\b"),
            '\x0c' => out.push_str("\\f"),
            other => {
                for unit in other.encode_utf16(&mut [0; 2]) {
                    push(out, format_args!("\\u{unit:04x}"));
                }
            }
        }
        plain_from = position + char.len_utf8();
    }
    out.push_str(&text[plain_from..]);
}

/// Appends text with surrogates, which are escaped whatever the style: JSON has them, UTF-8 has not.
fn write_surrogates(text: &SurrogateText, style: JsonStyle, out: &mut String) {
    out.push('"');
    for piece in text.pieces() {
        match piece {
            Piece::Text(text) => write_escaped(text, style, out),
            Piece::Surrogate(code) => push(out, format_args!("\\u{code:04x}")),
        }
    }
    out.push('"');
}

fn write(value: &Value, style: JsonStyle, depth: usize, out: &mut String) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(bool) => out.push_str(if *bool { "true" } else { "false" }),
        Value::Int(int) => push(out, format_args!("{int}")),
        Value::BigInt(big) => out.push_str(big.as_str()),
        Value::Float(float) if float.is_finite() && style.orjson_floats => {
            write_orjson_float(*float, out);
        }
        Value::Float(float) if float.is_finite() => {
            float_repr(*float, out).expect("writing to a `String` cannot fail");
        }
        Value::Float(_) if !style.non_finite => out.push_str("null"),
        Value::Float(float) => out.push_str(match float {
            float if float.is_nan() => "NaN",
            float if *float > 0.0 => "Infinity",
            _ => "-Infinity",
        }),
        Value::Text(text) => write_quoted(text, style, out),
        Value::Tagged(tagged) => write_quoted(tagged.as_str(), style, out),
        Value::Bytes(bytes) => write_quoted(&String::from_utf8_lossy(bytes), style, out),
        Value::List(items) | Value::Tuple(items) | Value::Set(items) => {
            list(items, style, depth, out);
        }
        Value::Rare(rare) => match &**rare {
            Rare::Complex(complex) => write_quoted(&complex.json_text(), style, out),
            Rare::FrozenSet(items) => list(items, style, depth, out),
            Rare::Dict(dict) => {
                let entries = dict.json_entries();
                container('{', '}', entries.into_iter(), style, depth, out, |(key, value), out| {
                    write_quoted(&key, style, out);
                    out.push_str(": ");
                    write(value, style, depth + 1, out);
                });
            }
            Rare::Reference(reference) => write_quoted(&reference.to_string(), style, out),
            Rare::NdArray(array) => write_quoted(&array.to_string(), style, out),
            Rare::Surrogates(text) => write_surrogates(text, style, out),
        },
        Value::Map(fields) => {
            container('{', '}', fields.iter(), style, depth, out, |(name, value), out| {
                write_quoted(name, style, out);
                out.push_str(": ");
                write(value, style, depth + 1, out);
            });
        }
    }
}

fn list(items: &[Value], style: JsonStyle, depth: usize, out: &mut String) {
    container('[', ']', items.iter(), style, depth, out, |item, out| {
        write(item, style, depth + 1, out);
    });
}

/// The digits of Python's `repr`, plain from 1e-5 up to 1e16 and with a bare exponent elsewhere:
/// `0.00001`, `1e-6`, `1e+16`.
fn write_orjson_float(float: f64, out: &mut String) {
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

fn container<T>(
    open: char,
    close: char,
    items: impl ExactSizeIterator<Item = T>,
    style: JsonStyle,
    depth: usize,
    out: &mut String,
    mut write_item: impl FnMut(T, &mut String),
) {
    out.push(open);
    let is_empty = items.len() == 0;
    for (position, item) in items.enumerate() {
        match (style.indent, position) {
            (Some(_), 0) => {}
            (Some(_), _) => out.push(','),
            (None, 0) => {}
            (None, _) => out.push_str(", "),
        }
        new_line(style, depth + 1, out);
        write_item(item, out);
    }
    if !is_empty {
        new_line(style, depth, out);
    }
    out.push(close);
}

fn new_line(style: JsonStyle, depth: usize, out: &mut String) {
    if let Some(indent) = style.indent {
        out.push('\n');
        out.extend(std::iter::repeat_n(' ', indent * depth));
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
        assert_eq!(value.into().to_json(), expected);
    }

    #[test]
    fn json_is_as_json_dumps_writes_it() {
        check(fields! { "a" => 1, "b" => vec![true, false] }, r#"{"a": 1, "b": [true, false]}"#);
        check("é\"\\\n\u{8}\u{c}\u{1}\u{7f}/", "\"é\\\"\\\\\\n\\b\\f\\u0001\u{7f}/\"");
        check(fields! {}, "{}");
        check(Vec::<i64>::new(), "[]");
        check(vec![1.0, 1e-7, f64::NAN, f64::INFINITY], "[1.0, 1e-07, null, null]");
        check(Value::Tuple(vec![Value::Null, Value::Bytes(b"x".to_vec())]), r#"[null, "x"]"#);
    }

    #[test]
    fn indented_json_has_an_item_a_line() {
        let value = Value::from(fields! { "a" => vec![1, 2], "b" => fields! {}, "c" => "x" });
        let expected = "{\n  \"a\": [\n    1,\n    2\n  ],\n  \"b\": {},\n  \"c\": \"x\"\n}";
        assert_eq!(value.to_json_with(JsonStyle::default().indented(2)), expected);
    }

    #[test]
    fn non_finite_floats_are_written_where_that_is_asked_for() {
        let value = Value::from(vec![f64::NAN, f64::INFINITY, f64::NEG_INFINITY]);
        let style = JsonStyle::default().with_non_finite();
        assert_eq!(value.to_json_with(style), "[NaN, Infinity, -Infinity]");
    }

    #[test]
    fn characters_beyond_ascii_are_escaped_where_that_is_asked_for() {
        let value = Value::from(fields! { "é" => "a\u{7f}\u{e000}🎉~" });
        let style = JsonStyle::default().in_ascii();
        assert_eq!(value.to_json_with(style), r#"{"\u00e9": "a\u007f\ue000\ud83c\udf89~"}"#);
    }
}
