//! A field's text into the value that pydantic then sees, where that needs no repair.

use crate::{BigInt, JsonErrorKind, Value, value::unicode::strip};

/// Longer texts could nest operators deeper than Python's parser goes.
const MAX_LITERAL: usize = 600;

/// The value DSPy would hand to pydantic, or why only DSPy can tell.
///
/// DSPy tries `json_repair.loads`, which reads strict JSON with `json.loads` and otherwise looks
/// for the first bracket that could open a value. Without any bracket it finds nothing; then
/// `ast.literal_eval` is tried, and the text itself is what remains.
pub(super) fn candidate(text: &str) -> Result<Value, &'static str> {
    match text {
        // Python's words are the most frequent texts that are not JSON.
        "True" => return Ok(Value::Bool(true)),
        "False" => return Ok(Value::Bool(false)),
        "None" => return Ok(Value::Null),
        _ => {}
    }
    match Value::from_python_json(text) {
        Ok(value) => return Ok(value),
        Err(error) if matches!(error.kind(), JsonErrorKind::Expected(_)) => {}
        Err(_) => return Err("its JSON goes beyond what is read natively"),
    }
    if text.is_empty() {
        return Ok(Value::Text(String::new()));
    }
    if text.contains(['{', '[', '(', '}']) {
        return Err("its text is not strict JSON and may be repairable");
    }
    // Each run of comments nests a call of the repairs.
    let comments = text.bytes().filter(|byte| matches!(byte, b'#' | b'/')).count();
    if text.len() > MAX_LITERAL || comments > 20 || strip(text).len() != text.len() {
        return Err("its text is too long to rule out a Python literal");
    }
    match literal(text) {
        Literal::Is(value) => Ok(value),
        Literal::IsNot => Ok(Value::Text(text.to_owned())),
        Literal::MayBe => Err("its text may be a Python literal"),
    }
}

#[derive(Debug, PartialEq)]
enum Literal {
    Is(Value),
    IsNot,
    MayBe,
}

/// What `ast.literal_eval` makes of a text without brackets and without white space around it.
fn literal(text: &str) -> Literal {
    if let Some(inner) = text.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\''))
        && !inner.contains(['\'', '\\', '\n', '\r', '\0'])
    {
        return Literal::Is(inner.into());
    }
    if starts_with_name(text) {
        return Literal::IsNot;
    }
    if text.contains(['\'', '"', '#', '\\', '\0']) {
        return Literal::MayBe;
    }
    numbers(text)
}

/// Whether the first token is a name, after which no literal can come: names are not values, and
/// a keyword that leads an expression makes no literal of it.
fn starts_with_name(text: &str) -> bool {
    let end = text.find(|char| !is_name(char)).unwrap_or(text.len());
    let (word, rest) = text.split_at(end);
    word.starts_with(|char: char| char.is_ascii_alphabetic() || char == '_')
        && !matches!(word, "True" | "False" | "None")
        // A string's prefix.
        && !rest.starts_with(['\'', '"'])
}

fn is_name(char: char) -> bool {
    char.is_ascii_alphanumeric() || char == '_' || !char.is_ascii()
}

/// A text without brackets, strings and comments: numbers, parted by commas, or nothing literal.
fn numbers(text: &str) -> Literal {
    // Behind a point a word may be an exponent: `1.e5`.
    let words = text.split(|char| !is_name(char) && char != '.');
    let has_name = words.flat_map(|word| word.split('.').next()).any(|word| {
        word.starts_with(|char: char| char.is_ascii_alphabetic() || char == '_')
            && !matches!(word, "True" | "False" | "None")
    });
    let strange = |char: char| !char.is_ascii() || "$?!`@%&|^<>=:;~*/])".contains(char);
    if has_name || text.contains(strange) {
        return Literal::IsNot;
    }
    if let Some(value) = number(text) {
        return Literal::Is(value);
    }
    if has_leading_zero(text.strip_prefix(['+', '-']).unwrap_or(text)) {
        return Literal::IsNot;
    }
    // `2024-05-06` is arithmetic to Python, and arithmetic is a literal for complex numbers only.
    let has_complex = text.contains(['j', 'J']);
    let mut pairs = text.bytes().zip(text.bytes().skip(1));
    let subtracts = pairs.any(|(one, next)| one.is_ascii_digit() && matches!(next, b'+' | b'-'));
    if !has_complex && subtracts && !text.contains(['x', 'X']) {
        return Literal::IsNot;
    }
    tuple(text)
}

/// `1, 2.5, 3`: numbers that commas make a tuple.
fn tuple(text: &str) -> Literal {
    if !text.contains(',') || text.contains(['\n', '\r', '\t', '\u{c}']) {
        return Literal::MayBe;
    }
    let parts =
        text.strip_suffix(',').unwrap_or(text).split(',').map(|part| part.trim_matches(' '));
    let mut items = Vec::new();
    for part in parts {
        match number(part) {
            Some(value) => items.push(value),
            None if has_leading_zero(part) => return Literal::IsNot,
            None => return Literal::MayBe,
        }
    }
    Literal::Is(Value::Tuple(items))
}

/// `007`, which Python refuses to read.
fn has_leading_zero(text: &str) -> bool {
    text.len() > 1
        && text.starts_with('0')
        && text.bytes().all(|byte| byte.is_ascii_digit())
        && text.bytes().any(|byte| byte != b'0')
}

/// One number with an optional sign.
fn number(text: &str) -> Option<Value> {
    let negative = text.starts_with('-');
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if let Some(code) = radix_int(digits) {
        return Some(Value::Int(if negative { -code } else { code }));
    }
    let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits.is_empty() && plain(digits) {
        let is_zero = digits.bytes().all(|byte| byte == b'0');
        return match digits.starts_with('0') && !is_zero {
            true => None,
            false => BigInt::parse(text),
        };
    }
    let (mantissa, exponent) = digits.split_once(['e', 'E']).unwrap_or((digits, "0"));
    let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    let (whole, decimals) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let is_float = plain(whole)
        && plain(decimals)
        && plain(exponent)
        && !exponent.is_empty()
        && !(whole.is_empty() && decimals.is_empty());
    if is_float { text.parse().ok().map(Value::Float) } else { None }
}

/// `0x1f`, `0o17`, `0b11`.
fn radix_int(text: &str) -> Option<i64> {
    let (prefix, digits) = text.split_at_checked(2)?;
    let radix = match prefix {
        "0x" | "0X" => 16,
        "0o" | "0O" => 8,
        "0b" | "0B" => 2,
        _ => return None,
    };
    let all_digits = digits.chars().all(|char| char.is_digit(radix));
    if all_digits { i64::from_str_radix(digits, radix).ok() } else { None }
}
