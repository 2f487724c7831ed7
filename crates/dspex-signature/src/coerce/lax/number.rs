//! Text into `int`, `float`, `bool` and `UUID`, as pydantic reads it.

use std::borrow::Cow;

use crate::{BigInt, Complex, Tag, Tagged, Value};

/// pydantic refuses longer integers, as Python does.
const MAX_INT_DIGITS: usize = 4300;

/// Digits with an optional sign, underscores between digits, leading zeros and `.0` at the end.
pub(super) fn int(text: &str) -> Option<Value> {
    json_int(text).or_else(|| cleaned(text).and_then(|text| json_int(&text)))
}

/// `[-] digits` without leading zeros.
fn json_int(text: &str) -> Option<Value> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let is_int = match digits.as_bytes() {
        [] => false,
        [b'0', rest @ ..] => rest.is_empty(),
        digits => digits.iter().all(u8::is_ascii_digit) && digits.len() <= MAX_INT_DIGITS,
    };
    if is_int { BigInt::parse(text) } else { None }
}

/// A text without what pydantic drops before it reads an integer again.
fn cleaned(text: &str) -> Option<Cow<'_, str>> {
    let text = text.trim();
    let (is_plus, unsigned) = match text.strip_prefix('+') {
        Some(unsigned) => (true, unsigned),
        None => (false, text),
    };
    let (is_minus, unsigned) = match unsigned.strip_prefix('-') {
        Some(unsigned) => (true, unsigned),
        None => (false, unsigned),
    };
    if is_minus && (is_plus || unsigned.starts_with(['+', '-'])) {
        return None;
    }
    let digits = without_decimals(without_leading_zeros(unsigned)?);
    let digits = without_underscores(digits).map_or(Cow::Borrowed(digits), Cow::Owned);
    Some(if is_minus { format!("-{digits}").into() } else { digits })
}

/// Leading zeros go before a sign is looked for, so that `0-1` is -1. Underscores among the zeros
/// go with them.
fn without_leading_zeros(text: &str) -> Option<&str> {
    match text.bytes().next()? {
        b'1'..=b'9' | b'-' => return Some(text),
        b'0' => {}
        _ => return None,
    }
    let rest = text.trim_start_matches(['0', '_']);
    // What stands behind the zeros, with the last of them where nothing else is a digit.
    let n_before = text.len() - rest.len();
    match rest.bytes().next() {
        None | Some(b'.') => Some(&text[n_before - 1..]),
        Some(b'1'..=b'9' | b'-') => Some(rest),
        Some(_) => None,
    }
}

/// `3.00` is 3.
fn without_decimals(text: &str) -> &str {
    match text.split_once('.') {
        Some((whole, zeros)) if !zeros.is_empty() && zeros.bytes().all(|byte| byte == b'0') => {
            whole
        }
        _ => text,
    }
}

/// Single underscores within a text go; `None` where there are none, or none that may stand so.
fn without_underscores(text: &str) -> Option<String> {
    let is_allowed = text.contains('_')
        && !text.starts_with('_')
        && !text.ends_with('_')
        && !text.contains("__");
    is_allowed.then(|| text.replace('_', ""))
}

/// Whatever Rust reads as a float, and `nan`, `inf` and `infinity` in any case; underscores only
/// in a text without white space around it.
pub(super) fn float(text: &str) -> Option<f64> {
    let plain = text.trim().parse().ok();
    plain.or_else(|| without_underscores(text).and_then(|text| text.parse().ok()))
}

/// `1`, `2j`, `1+2j` and `(1-j)`, with white space around them; the most likely number, for Python's
/// own rules are finer.
pub(super) fn complex(text: &str) -> Option<Complex> {
    let text = text.trim();
    let framed = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
    let text = framed.map_or(text, str::trim);
    let Some(text) = text.strip_suffix(['j', 'J']) else {
        return Some(Complex { re: float(text)?, im: 0.0 });
    };
    let is_sign =
        |at: &usize| text[*at..].starts_with(['+', '-']) && !text[..*at].ends_with(['e', 'E']);
    let sign = text.char_indices().map(|(at, _)| at).rfind(is_sign);
    let (re, im) = text.split_at(sign.unwrap_or(0));
    let im = match im {
        "" | "+" => 1.0,
        "-" => -1.0,
        im => float(im)?,
    };
    Some(Complex { re: if re.is_empty() { 0.0 } else { float(re)? }, im })
}

/// The words pydantic knows, in any case.
pub(super) fn bool(text: &str) -> Option<bool> {
    const TRUE: [&str; 6] = ["1", "on", "t", "true", "y", "yes"];
    const FALSE: [&str; 6] = ["0", "off", "f", "false", "n", "no"];
    let is_one_of = |words: [&str; 6]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
    if is_one_of(TRUE) {
        Some(true)
    } else if is_one_of(FALSE) {
        Some(false)
    } else {
        None
    }
}

/// 32 digits without hyphens, or groups of 8-4-4-4-12, which braces or `urn:uuid:` may frame.
pub(super) fn uuid(text: &str) -> Option<Value> {
    let framed = || {
        let in_braces = text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
        in_braces.or_else(|| text.strip_prefix("urn:uuid:")).unwrap_or(text)
    };
    let groups: Vec<&str> = match text.len() {
        32 => vec![text],
        36 | 38 | 45 => framed().split('-').collect(),
        _ => return None,
    };
    let digits = groups.concat();
    let is_hyphenated = || groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12]);
    let is_uuid = digits.len() == 32
        && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
        && (groups.len() == 1 && text.len() == 32 || is_hyphenated());
    is_uuid.then(|| uuid_of(&digits.to_ascii_lowercase()))
}

/// The UUID of 16 bytes.
pub(super) fn uuid_of_bytes(bytes: &[u8]) -> Option<Value> {
    let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    (bytes.len() == 16).then(|| uuid_of(&digits))
}

fn uuid_of(digits: &str) -> Value {
    let groups = [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]];
    Tagged::from_canonical(Tag::Uuid, groups.join("-")).into()
}
