//! Python's string literals: prefixes, quotes, escapes.

use crate::{
    SignatureFault,
    literal::{EscapeFault, new_lines, quoted, unescape},
};

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
    let quoted = match quoted(source) {
        Ok(quoted) => quoted,
        Err(quote) => {
            let fault = SignatureFault::new("string is never closed");
            let fault = fault.hint(format!("end it with `{quote}`"));
            return Read { length: source.len(), value: Err(Box::new(fault)) };
        }
    };
    let body = new_lines(quoted.body);
    let value = match &*prefix {
        "" | "u" => unescape(&body).map(Some).map_err(|fault| Box::new(escape_fault(fault))),
        "r" => Ok(Some(body.into_owned())),
        "b" | "br" | "rb" => Ok(None),
        "f" | "fr" | "rf" => Err(Box::new(SignatureFault::new("an f-string is no constant"))),
        _ => Err(Box::new(SignatureFault::new(format!("`{prefix}` is no prefix of a string")))),
    };
    Read { length: quoted.length, value }
}

fn escape_fault(fault: EscapeFault) -> SignatureFault {
    match fault {
        EscapeFault::TooFewDigits(letter, length) => {
            SignatureFault::new(format!("escape `\\{letter}` takes {length} hexadecimal digits"))
        }
        EscapeFault::NoCharacter(code) => {
            SignatureFault::new(format!("U+{code:X} is no character"))
        }
        EscapeFault::NoName => {
            SignatureFault::new("escape `\\N` takes the name of a character in braces")
        }
        EscapeFault::Named => {
            SignatureFault::unsupported("character names (`\\N{...}`) are not supported yet")
                .hint("write the character itself")
        }
        EscapeFault::Surrogate => {
            SignatureFault::unsupported("lone surrogates are not supported yet")
        }
    }
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
