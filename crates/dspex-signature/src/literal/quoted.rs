//! What stands between the quotes of a Python string, and what its escapes mean.

use std::borrow::Cow;

/// What stands between quotes that a text begins with.
pub(crate) struct Quoted<'s> {
    pub(crate) body: &'s str,
    /// How many bytes the literal takes, quotes included.
    pub(crate) length: usize,
}

/// Why Python refuses what stands between quotes, or why only Python can read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EscapeFault {
    /// `\x`, `\u` or `\U` lacks some of its hexadecimal digits, of which it takes so many.
    TooFewDigits(char, usize),
    /// The digits are of no character.
    NoCharacter(u32),
    /// `\N` without a name in braces.
    NoName,
    /// `\N{...}`: the names of characters are not known here. The rest has no fault.
    Named,
    /// The digits are of half a character, which Rust's text cannot hold. The rest has no fault.
    Surrogate,
}

impl EscapeFault {
    /// Whether Python may read the text all the same.
    pub(crate) const fn is_unsure(self) -> bool {
        matches!(self, Self::Named | Self::Surrogate)
    }
}

/// Reads the quotes that `source` begins with; `Err` gives them where they are never closed.
pub(crate) fn quoted(source: &str) -> Result<Quoted<'_>, &str> {
    let quote = if source.starts_with("\"\"\"") || source.starts_with("'''") {
        &source[..3]
    } else {
        &source[..1]
    };
    let rest = &source[quote.len()..];
    match body_length(rest, quote) {
        Some(length) => Ok(Quoted { body: &rest[..length], length: length + 2 * quote.len() }),
        None => Err(quote),
    }
}

/// The length of what stands between the quotes; `None` where they are not closed.
fn body_length(body: &str, quote: &str) -> Option<usize> {
    let bytes = body.as_bytes();
    let mut position = 0;
    // Quotes, backslashes and new lines are bytes that no longer character contains.
    loop {
        match *bytes.get(position)? {
            b'\\' if bytes[position + 1..].starts_with(b"\r\n") => position += 3,
            b'\\' if position + 1 < bytes.len() => position += 2,
            b'\n' | b'\r' if quote.len() == 1 => return None,
            _ if bytes[position..].starts_with(quote.as_bytes()) => return Some(position),
            _ => position += 1,
        }
    }
}

/// Python reads every kind of new line as `\n`.
pub(crate) fn new_lines(text: &str) -> Cow<'_, str> {
    match text.contains('\r') {
        true => Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n")),
        false => Cow::Borrowed(text),
    }
}

/// The text of a string's body, in which lines end with `\n`.
pub(crate) fn unescape(body: &str) -> Result<String, EscapeFault> {
    let mut text = String::with_capacity(body.len());
    let mut rest = body;
    let mut unsure = Ok(());
    while let Some(position) = rest.find('\\') {
        text.push_str(&rest[..position]);
        rest = &rest[position + 1..];
        let Some(escaped) = rest.chars().next() else { break };
        rest = &rest[escaped.len_utf8()..];
        let char = match escaped {
            '\n' => continue,
            '0'..='7' => Ok(octal(escaped, &mut rest).and_then(char::from_u32).unwrap_or_default()),
            'x' => hexadecimal(&mut rest, 'x', 2),
            'u' => hexadecimal(&mut rest, 'u', 4),
            'U' => hexadecimal(&mut rest, 'U', 8),
            'N' => name(&mut rest),
            other => match simple(other) {
                Some(char) => Ok(char),
                None => {
                    // Python keeps the backslash of an escape that it does not know.
                    text.push('\\');
                    Ok(other)
                }
            },
        };
        match char {
            Ok(char) => text.push(char),
            // What follows may have a fault, which is then certain.
            Err(fault) if fault.is_unsure() => unsure = unsure.and(Err(fault)),
            Err(fault) => return Err(fault),
        }
    }
    text.push_str(rest);
    unsure.map(|()| text)
}

/// The bytes of a bytes literal's body; `None` where Python refuses it.
pub(super) fn unescape_bytes(body: &str) -> Option<Vec<u8>> {
    if !body.is_ascii() {
        return None;
    }
    let mut bytes = Vec::with_capacity(body.len());
    let mut rest = body;
    while let Some(position) = rest.find('\\') {
        bytes.extend(rest[..position].bytes());
        rest = &rest[position + 1..];
        let Some(escaped) = rest.chars().next() else { break };
        rest = &rest[1..];
        match escaped {
            '\n' => {}
            // Of an octal number beyond 255 the lowest byte is taken.
            '0'..='7' => bytes.push(octal(escaped, &mut rest)?.to_le_bytes()[0]),
            'x' => bytes.push(u8::try_from(u32::from(hexadecimal(&mut rest, 'x', 2).ok()?)).ok()?),
            other => match simple(other) {
                Some(char) => bytes.push(u8::try_from(char).ok()?),
                None => bytes.extend([b'\\', u8::try_from(other).ok()?]),
            },
        }
    }
    bytes.extend(rest.bytes());
    Some(bytes)
}

/// What an escape of one letter stands for.
const fn simple(escaped: char) -> Option<char> {
    Some(match escaped {
        '\\' | '\'' | '"' => escaped,
        'a' => '\u{7}',
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'v' => '\u{b}',
        _ => return None,
    })
}

/// An octal number of up to three digits.
fn octal(first: char, rest: &mut &str) -> Option<u32> {
    let (value, n_more) = digits(rest, 2, 8);
    *rest = &rest[n_more..];
    Some((first.to_digit(8)? << (3 * n_more)) | value)
}

fn hexadecimal(rest: &mut &str, letter: char, length: usize) -> Result<char, EscapeFault> {
    let (value, n_digits) = digits(rest, length, 16);
    if n_digits < length {
        return Err(EscapeFault::TooFewDigits(letter, length));
    }
    *rest = &rest[length..];
    char::from_u32(value).ok_or(match value {
        0xd800..=0xdfff => EscapeFault::Surrogate,
        _ => EscapeFault::NoCharacter(value),
    })
}

/// Passes over the name of a character.
fn name(rest: &mut &str) -> Result<char, EscapeFault> {
    let inner = rest.strip_prefix('{').ok_or(EscapeFault::NoName)?;
    match inner.split_once('}') {
        Some((name, after)) if !name.is_empty() => {
            *rest = after;
            Err(EscapeFault::Named)
        }
        _ => Err(EscapeFault::NoName),
    }
}

/// The value and the number of leading digits, at most `limit` of them.
fn digits(text: &str, limit: usize, radix: u32) -> (u32, usize) {
    let digits = text.chars().take(limit).map_while(|char| char.to_digit(radix));
    digits.fold((0, 0), |(value, n_digits), digit| (value * radix + digit, n_digits + 1))
}
