//! Text that pydantic takes for a number or a truth value.

use crate::{BigInt, Value, value::unicode::strip};

/// What a text is, as a number or a truth value.
#[derive(Debug, PartialEq)]
pub(super) enum Reading {
    Is(Value),
    IsNot,
    /// A form that pydantic may or may not take.
    MayBe,
}

/// Digits with an optional sign; an integral decimal such as `3.00` counts.
pub(super) fn int(text: &str) -> Reading {
    let text = strip(text);
    if !text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'_' | b'.')) {
        return Reading::IsNot;
    }
    let has_digit = text.bytes().any(|byte| byte.is_ascii_digit());
    let has_inner_sign = text.bytes().skip(1).any(|byte| matches!(byte, b'+' | b'-'));
    // pydantic drops leading zeros before it looks for a sign, so that `0-1` is -1.
    let has_leading_zero = text.trim_start_matches(['+', '-']).starts_with('0');
    if !has_digit || has_inner_sign && !has_leading_zero {
        return Reading::IsNot;
    }
    let whole = match text.split_once('.') {
        Some((whole, zeros)) if !zeros.is_empty() && zeros.bytes().all(|byte| byte == b'0') => {
            whole
        }
        Some(_) => return Reading::MayBe,
        None => text,
    };
    // pydantic has a limit of its own for the number of digits; stay well below it.
    match BigInt::parse(whole).filter(|_| whole.len() <= 1000) {
        Some(value) => Reading::Is(value),
        None => Reading::MayBe,
    }
}

/// Digits with an optional sign, decimals and exponent.
pub(super) fn float(text: &str) -> Reading {
    let text = strip(text);
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if !unsigned.bytes().any(|byte| byte.is_ascii_digit()) {
        let word = unsigned.to_ascii_lowercase();
        let is_word = matches!(word.as_str(), "inf" | "infinity" | "nan");
        return if is_word { Reading::MayBe } else { Reading::IsNot };
    }
    let may_be = |byte| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'_' | b'.' | b'e' | b'E');
    let mut pairs = unsigned.bytes().zip(unsigned.bytes().skip(1));
    let has_inner_sign =
        pairs.any(|(one, next)| !matches!(one, b'e' | b'E') && matches!(next, b'+' | b'-'));
    if !text.bytes().all(may_be) || has_inner_sign {
        return Reading::IsNot;
    }
    match text.parse() {
        Ok(float) if is_plain(unsigned) => Reading::Is(Value::Float(float)),
        _ => Reading::MayBe,
    }
}

/// `digits [. digits] [e [sign] digits]`
fn is_plain(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (whole, decimals) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    digits(whole) && digits(decimals) && digits(exponent)
}

/// The words pydantic knows, in any case.
pub(super) fn bool(text: &str) -> Option<bool> {
    // The longest word has five letters; what is longer need not be copied.
    if text.len() > 5 {
        return None;
    }
    match text.to_ascii_lowercase().as_str() {
        "1" | "on" | "t" | "true" | "y" | "yes" => Some(true),
        "0" | "off" | "f" | "false" | "n" | "no" => Some(false),
        _ => None,
    }
}
