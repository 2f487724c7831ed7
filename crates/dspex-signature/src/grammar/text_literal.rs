//! Python's string literals: prefixes, quotes, escapes.

use crate::SignatureFault;

/// What was read.
pub(super) struct Read {
    /// How many bytes the literal takes, prefix aside.
    pub(super) length: usize,
    /// The text; `None` for a bytes literal.
    pub(super) value: Result<Option<String>, Box<SignatureFault>>,
}

/// Reads a literal that begins with its quotes; `prefix` is what stood before them.
pub(super) fn read(source: &str, prefix: &str) -> Read {
    let prefix = prefix.to_ascii_lowercase();
    let quote = if source.starts_with("\"\"\"") || source.starts_with("'''") {
        &source[..3]
    } else {
        &source[..1]
    };
    let Some(body_length) = body_length(&source[quote.len()..], quote) else {
        let fault = SignatureFault::new("string is never closed");
        let fault = fault.hint(format!("end it with `{quote}`"));
        return Read { length: source.len(), value: Err(Box::new(fault)) };
    };
    let body = &source[quote.len()..quote.len() + body_length];
    let length = body_length + 2 * quote.len();
    let value = match &*prefix {
        "" | "u" => unescape(body).map(Some).map_err(Box::new),
        "r" => Ok(Some(new_lines(body))),
        "b" | "br" | "rb" => Ok(None),
        "f" | "fr" | "rf" => Err(Box::new(SignatureFault::new("an f-string is no constant"))),
        _ => Err(Box::new(SignatureFault::new(format!("`{prefix}` is no prefix of a string")))),
    };
    Read { length, value }
}

/// The length of what stands between the quotes; `None` where they are not closed.
fn body_length(body: &str, quote: &str) -> Option<usize> {
    let mut position = 0;
    loop {
        let rest = &body[position..];
        if rest.starts_with(quote) {
            return Some(position);
        }
        let mut chars = rest.chars();
        let mut passed = chars.next()?;
        position += passed.len_utf8();
        if passed == '\\' {
            passed = chars.next()?;
            position += passed.len_utf8();
        } else if matches!(passed, '\n' | '\r') && quote.len() == 1 {
            return None;
        }
    }
}

/// Python reads every kind of new line as `\n`.
fn new_lines(body: &str) -> String {
    body.replace("\r\n", "\n").replace('\r', "\n")
}

fn unescape(body: &str) -> Result<String, SignatureFault> {
    let body = new_lines(body);
    let mut text = String::with_capacity(body.len());
    let mut rest = &*body;
    while let Some(position) = rest.find('\\') {
        text.push_str(&rest[..position]);
        rest = &rest[position + 1..];
        let Some(escaped) = rest.chars().next() else { break };
        rest = &rest[escaped.len_utf8()..];
        match escaped {
            '\n' => {}
            '\\' | '\'' | '"' => text.push(escaped),
            'a' => text.push('\u{7}'),
            'b' => text.push('\u{8}'),
            'f' => text.push('\u{c}'),
            'n' => text.push('\n'),
            'r' => text.push('\r'),
            't' => text.push('\t'),
            'v' => text.push('\u{b}'),
            '0'..='7' => {
                let first = escaped.to_digit(8).unwrap_or_default();
                let (value, n_more) = digits(rest, 2, 8);
                text.push(char::from_u32((first << (3 * n_more)) | value).unwrap_or_default());
                rest = &rest[n_more..];
            }
            'x' => text.push(hexadecimal(&mut rest, 'x', 2)?),
            'u' => text.push(hexadecimal(&mut rest, 'u', 4)?),
            'U' => text.push(hexadecimal(&mut rest, 'U', 8)?),
            'N' => {
                let fault = SignatureFault::unsupported(
                    "character names (`\\N{...}`) are not supported yet",
                );
                return Err(fault.hint("write the character itself"));
            }
            // Python keeps the backslash of an escape that it does not know.
            other => text.extend(['\\', other]),
        }
    }
    text.push_str(rest);
    Ok(text)
}

fn hexadecimal(rest: &mut &str, letter: char, length: usize) -> Result<char, SignatureFault> {
    let (value, n_digits) = digits(rest, length, 16);
    if n_digits < length {
        let message = format!("escape `\\{letter}` takes {length} hexadecimal digits");
        return Err(SignatureFault::new(message));
    }
    *rest = &rest[length..];
    char::from_u32(value).ok_or_else(|| match value {
        0xd800..=0xdfff => SignatureFault::unsupported("lone surrogates are not supported yet"),
        _ => SignatureFault::new(format!("U+{value:X} is no character")),
    })
}

/// The value and the number of leading digits, at most `limit` of them.
fn digits(text: &str, limit: usize, radix: u32) -> (u32, usize) {
    let digits = text.chars().take(limit).map_while(|char| char.to_digit(radix));
    digits.fold((0, 0), |(value, n_digits), digit| (value * radix + digit, n_digits + 1))
}

/// Writes a text as a literal that stands in a signature: Python's `repr`, without any `->`,
/// which would part the sides even inside a string.
pub(crate) fn quote(text: &str) -> String {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push(quote);
    for char in text.chars() {
        match char {
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            '>' if quoted.ends_with('-') => quoted.push_str("\\x3e"),
            '\\' => quoted.push_str("\\\\"),
            char if char == quote => quoted.extend(['\\', char]),
            '\0'..=' ' | '\x7f' if char != ' ' => {
                quoted.push_str(&format!("\\x{:02x}", u32::from(char)));
            }
            char => quoted.push(char),
        }
    }
    quoted.push(quote);
    quoted
}
