//! Python's numbers.

use crate::{BigInt, Value};

/// Python 3.11 reads and writes no decimal integer with more digits than this.
const MAX_DIGITS: usize = 4300;

/// As many digits of a radix make at most [`MAX_DIGITS`] decimal ones.
const MAX_HEXADECIMAL: usize = 3570;

/// A number as Python reads it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Number {
    /// An integer or a float.
    Real(Value),
    /// `2j`
    Imaginary,
    /// An integer that Python reads, but cannot write in decimal digits.
    Huge,
}

/// The text is no number, or one that Python refuses.
#[derive(Debug)]
pub(crate) struct Malformed;

/// Reads the number that a text begins with: a digit, or a point and a digit. The length comes
/// with it.
pub(crate) fn number(text: &str) -> Result<(Number, usize), Malformed> {
    let bytes = text.as_bytes();
    let radix = match bytes {
        [b'0', b'x' | b'X', ..] => 16,
        [b'0', b'o' | b'O', ..] => 8,
        [b'0', b'b' | b'B', ..] => 2,
        _ => return decimal(text),
    };
    let mut end = 2;
    loop {
        end += usize::from(bytes.get(end) == Some(&b'_'));
        let start = end;
        end = skip(bytes, start, |byte| char::from(byte).is_digit(radix));
        if end == start {
            return Err(Malformed);
        }
        if bytes.get(end) != Some(&b'_') {
            break;
        }
    }
    if bytes.get(end).is_some_and(u8::is_ascii_digit) {
        return Err(Malformed);
    }
    check_end(text, end)?;
    Ok((of_radix(&text[2..end], radix), end))
}

fn decimal(text: &str) -> Result<(Number, usize), Malformed> {
    let bytes = text.as_bytes();
    let is_digit = |position: usize| bytes.get(position).is_some_and(u8::is_ascii_digit);
    let mut end = if is_digit(0) { digits(bytes, 0)? } else { 0 };
    let whole = end;
    let mut is_float = false;
    if bytes.get(end) == Some(&b'.') {
        is_float = true;
        end += 1;
        end = if is_digit(end) { digits(bytes, end)? } else { end };
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let is_signed = matches!(bytes.get(end + 1), Some(b'+' | b'-'));
        let exponent = end + 1 + usize::from(is_signed);
        if is_digit(exponent) {
            is_float = true;
            end = digits(bytes, exponent)?;
        } else if is_signed {
            return Err(Malformed);
        }
    }
    if matches!(bytes.get(end), Some(b'j' | b'J')) {
        check_end(text, end + 1)?;
        return Ok((Number::Imaginary, end + 1));
    }
    check_end(text, end)?;
    let plain = text[..end].replace('_', "");
    if is_float {
        let float = plain.parse().map_err(|_| Malformed)?;
        return Ok((Number::Real(Value::Float(float)), end));
    }
    let is_zero = plain.bytes().all(|byte| byte == b'0');
    if is_zero {
        return Ok((Number::Real(Value::Int(0)), end));
    }
    if text[..whole].starts_with('0') || plain.len() > MAX_DIGITS {
        return Err(Malformed);
    }
    Ok((Number::Real(BigInt::parse(&plain).ok_or(Malformed)?), end))
}

/// Where digits end that start at `position`; one underscore may stand between any two.
fn digits(bytes: &[u8], mut position: usize) -> Result<usize, Malformed> {
    loop {
        position = skip(bytes, position, |byte| byte.is_ascii_digit());
        if bytes.get(position) != Some(&b'_') {
            return Ok(position);
        }
        position += 1;
        if !bytes.get(position).is_some_and(u8::is_ascii_digit) {
            return Err(Malformed);
        }
    }
}

fn skip(bytes: &[u8], start: usize, takes: impl Fn(u8) -> bool) -> usize {
    start + bytes[start..].iter().take_while(|byte| takes(**byte)).count()
}

/// No letter may follow a number, except those of an operator that Python still lets pass.
fn check_end(text: &str, end: usize) -> Result<(), Malformed> {
    let rest = &text[end..];
    let is_letter = |char: char| char.is_ascii_alphanumeric() || char == '_' || !char.is_ascii();
    let operators = ["and", "else", "for", "if", "in", "is", "or", "not"];
    match !rest.starts_with(is_letter) || operators.iter().any(|word| rest.starts_with(word)) {
        true => Ok(()),
        false => Err(Malformed),
    }
}

/// The value of digits of a radix that is a power of two.
fn of_radix(digits: &str, radix: u32) -> Number {
    let digits = digits.replace('_', "");
    let digits = digits.trim_start_matches('0');
    if digits.is_empty() {
        return Number::Real(Value::Int(0));
    }
    if let Ok(int) = i64::from_str_radix(digits, radix) {
        return Number::Real(Value::Int(int));
    }
    if digits.len() * radix.ilog2() as usize > MAX_HEXADECIMAL * 4 {
        return Number::Huge;
    }
    // Groups of nine decimal digits, the lowest first.
    let mut groups: Vec<u64> = vec![0];
    for digit in digits.chars().filter_map(|char| char.to_digit(radix)) {
        let mut carry = u64::from(digit);
        for group in &mut groups {
            let value = *group * u64::from(radix) + carry;
            (*group, carry) = (value % 1_000_000_000, value / 1_000_000_000);
        }
        if carry > 0 {
            groups.push(carry);
        }
    }
    let decimal: String = groups.iter().rev().map(|group| format!("{group:09}")).collect();
    Number::Real(BigInt::parse(&decimal).unwrap_or_default())
}
