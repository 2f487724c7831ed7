//! Values as Python prints them: `str()` and `repr()`.

use std::fmt::{self, Write};

use super::{Rare, Value, unicode::is_printable};
use crate::Fields;

impl Value {
    /// What Python's `str()` gives: text as it is, everything else as [`Value::python_repr`].
    ///
    /// ```
    /// use dspex_signature::Value;
    ///
    /// assert_eq!(Value::from("it's").python_str(), "it's");
    /// assert_eq!(Value::from(1e16).python_str(), "1e+16");
    /// assert_eq!(Value::from(vec![Some("it's"), None]).python_str(), r#"["it's", None]"#);
    /// ```
    #[must_use]
    pub fn python_str(&self) -> String {
        self.to_string()
    }

    /// What Python's `repr()` gives: text in quotes and escaped, as Python 3.11 does it.
    #[must_use]
    pub fn python_repr(&self) -> String {
        let mut text = String::new();
        repr(self, &mut text).expect("writing to a `String` cannot fail");
        text
    }
}

impl fmt::Display for Value {
    /// As [`Value::python_str`].
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => formatter.write_str(text),
            Self::Tagged(tagged) => tagged.fmt(formatter),
            Self::Rare(rare) => match &**rare {
                Rare::Surrogates(text) => text.fmt(formatter),
                _ => rare.repr(formatter),
            },
            other => repr(other, formatter),
        }
    }
}

pub(super) fn repr(value: &Value, out: &mut impl Write) -> fmt::Result {
    match value {
        Value::Null => out.write_str("None"),
        Value::Bool(true) => out.write_str("True"),
        Value::Bool(false) => out.write_str("False"),
        Value::Int(int) => write!(out, "{int}"),
        Value::BigInt(big) => out.write_str(big.as_str()),
        Value::Float(float) => float_repr(*float, out),
        Value::Text(text) => text_repr(text, out),
        Value::Bytes(bytes) => bytes_repr(bytes, out),
        Value::List(items) => items_repr("[", items, "]", out),
        Value::Tuple(items) if items.len() == 1 => items_repr("(", items, ",)", out),
        Value::Tuple(items) => items_repr("(", items, ")", out),
        Value::Set(items) if items.is_empty() => out.write_str("set()"),
        Value::Set(items) => items_repr("{", items, "}", out),
        Value::Map(fields) => map_repr(fields, out),
        Value::Tagged(tagged) => write!(out, "{tagged}"),
        Value::Rare(rare) => rare.repr(out),
    }
}

pub(super) fn items_repr(
    open: &str,
    items: &[Value],
    close: &str,
    out: &mut impl Write,
) -> fmt::Result {
    out.write_str(open)?;
    for (position, item) in items.iter().enumerate() {
        if position > 0 {
            out.write_str(", ")?;
        }
        repr(item, out)?;
    }
    out.write_str(close)
}

fn map_repr(fields: &Fields, out: &mut impl Write) -> fmt::Result {
    out.write_char('{')?;
    for (position, (name, value)) in fields.iter().enumerate() {
        if position > 0 {
            out.write_str(", ")?;
        }
        text_repr(name, out)?;
        out.write_str(": ")?;
        repr(value, out)?;
    }
    out.write_char('}')
}

/// The shortest digits that read back as the same float; with an exponent from 1e16 upwards and
/// below 1e-4, as CPython's `float_repr_style = 'short'`.
pub(in crate::value) fn float_repr(float: f64, out: &mut impl Write) -> fmt::Result {
    if float.is_nan() {
        return out.write_str("nan");
    }
    if float.is_infinite() {
        return out.write_str(if float > 0.0 { "inf" } else { "-inf" });
    }
    if float == 0.0 || (1e-4..1e16).contains(&float.abs()) {
        // Within these bounds Rust writes the same: plain digits with at least one decimal.
        return out.write_str(&half_even(format!("{float:?}"), float));
    }
    let scientific = format!("{float:e}");
    let (digits, exponent) = scientific.split_once('e').expect("`{:e}` writes an exponent");
    let digits = half_even(digits.to_owned(), float);
    match exponent.strip_prefix('-') {
        Some(exponent) => write!(out, "{digits}e-{exponent:0>2}"),
        None => write!(out, "{digits}e+{exponent:0>2}"),
    }
}

/// Settles a tie as CPython does. Where two shortest texts lie equally far from the float, Rust
/// takes either and CPython the one that ends in an even digit: `1161755205813266.2`.
fn half_even(mut digits: String, float: f64) -> String {
    let Some(odd) = digits.chars().last().filter(|last| "13579".contains(*last)) else {
        return digits;
    };
    let is_digit = |char: &char| char.is_ascii_digit();
    let n_digits = digits.trim_start_matches(['-', '0', '.']).chars().filter(is_digit).count();
    let exact_digits = |n_more: usize| -> Vec<char> {
        let exact = format!("{:.*e}", n_digits + n_more, float.abs());
        let mantissa = exact.split('e').next().unwrap_or_default();
        mantissa.chars().filter(is_digit).collect()
    };
    let is_tie = |n_more| {
        let exact = exact_digits(n_more);
        exact[n_digits] == '5' && exact[n_digits + 1..].iter().all(|digit| *digit == '0')
    };
    // Any two numbers of 15 digits are different floats, so that shorter texts have no rival; and
    // no float has more than 767 significant digits.
    if n_digits < 16 || !is_tie(20) || !is_tie(800) {
        return digits;
    }
    let even = match (odd, exact_digits(1)[n_digits - 1] == odd) {
        // The digit is below the float's own, and its neighbour above: 9 would have carried.
        ('1', true) | ('3', false) => '2',
        ('3', true) | ('5', false) => '4',
        ('5', true) | ('7', false) => '6',
        ('7', true) | ('9', false) => '8',
        ('1', false) => '0',
        _ => return digits,
    };
    digits.pop();
    digits.push(even);
    digits
}

fn text_repr(text: &str, out: &mut impl Write) -> fmt::Result {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    out.write_char(quote)?;
    chars_repr(text, quote, out)?;
    out.write_char(quote)
}

/// Text between quotes.
pub(super) fn chars_repr(text: &str, quote: char, out: &mut impl Write) -> fmt::Result {
    for char in text.chars() {
        match char {
            '\\' => out.write_str("\\\\")?,
            '\n' => out.write_str("\\n")?,
            '\r' => out.write_str("\\r")?,
            '\t' => out.write_str("\\t")?,
            _ if char == quote => write!(out, "\\{quote}")?,
            ' '..='~' => out.write_char(char)?,
            _ if !char.is_ascii() && is_printable(char) => out.write_char(char)?,
            _ => match u32::from(char) {
                code @ 0..=0xff => write!(out, "\\x{code:02x}")?,
                code @ 0x100..=0xffff => write!(out, "\\u{code:04x}")?,
                code => write!(out, "\\U{code:08x}")?,
            },
        }
    }
    Ok(())
}

fn bytes_repr(bytes: &[u8], out: &mut impl Write) -> fmt::Result {
    let quote = if bytes.contains(&b'\'') && !bytes.contains(&b'"') { '"' } else { '\'' };
    write!(out, "b{quote}")?;
    for byte in bytes {
        match byte {
            b'\\' => out.write_str("\\\\")?,
            b'\n' => out.write_str("\\n")?,
            b'\r' => out.write_str("\\r")?,
            b'\t' => out.write_str("\\t")?,
            _ if char::from(*byte) == quote => write!(out, "\\{quote}")?,
            b' '..=b'~' => out.write_char(char::from(*byte))?,
            _ => write!(out, "\\x{byte:02x}")?,
        }
    }
    out.write_char(quote)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fields;

    #[track_caller]
    fn check(value: impl Into<Value>, expected: &str) {
        assert_eq!(value.into().python_repr(), expected);
    }

    #[test]
    fn floats_are_as_cpython_prints_them() {
        check(0.0, "0.0");
        check(-0.0, "-0.0");
        check(1.0, "1.0");
        check(0.1 + 0.2, "0.30000000000000004");
        check(1e15, "1000000000000000.0");
        check(9_999_999_999_999_998.0, "9999999999999998.0");
        check(1e16, "1e+16");
        check(-1.5e20, "-1.5e+20");
        check(1e100, "1e+100");
        check(0.0001, "0.0001");
        check(0.000_123, "0.000123");
        check(0.000_09, "9e-05");
        check(1.5e-7, "1.5e-07");
        check(5e-324, "5e-324");
        check(f64::MAX, "1.7976931348623157e+308");
        // Two shortest texts are equally near; CPython takes the even one.
        check(-4_647_020_823_253_065.0 / 4.0, "-1161755205813266.2");
        check(4_647_020_823_253_067.0 / 4.0, "1161755205813266.8");
        check(f64::NAN, "nan");
        check(f64::NEG_INFINITY, "-inf");
    }

    #[test]
    fn strings_choose_their_quotes_and_escape_what_is_not_printable() {
        check("plain", "'plain'");
        check("it's", r#""it's""#);
        check(r#"it's "it""#, r#"'it\'s "it"'"#);
        check("a\\b\n\r\t\0\u{7f}", r"'a\\b\n\r\t\x00\x7f'");
        check("é\u{a0}\u{ad}\u{200b}日\u{2028}🎉", r"'é\xa0\xad\u200b日\u2028🎉'");
        check("\u{e000}\u{10ffff}", r"'\ue000\U0010ffff'");
    }

    #[test]
    fn containers_print_as_python_literals() {
        check(fields! { "k" => Value::Null, "it's" => true }, r#"{'k': None, "it's": True}"#);
        check(Value::Tuple(vec![Value::Int(1)]), "(1,)");
        check(Value::Tuple(vec![]), "()");
        check(Value::Set(vec![]), "set()");
        check(Value::Set(vec![Value::Int(1), Value::Int(2)]), "{1, 2}");
        check(Value::Bytes(b"a'\xff\n".to_vec()), r#"b"a'\xff\n""#);
        check(Vec::<String>::new(), "[]");
    }

    #[test]
    fn text_on_its_own_is_not_quoted() {
        assert_eq!(Value::from("it's").to_string(), "it's");
        assert_eq!(Value::from(vec!["a"]).to_string(), "['a']");
    }
}
