//! The value of a structured output as nested elements on one line.

use super::serialize::escape_with;
use crate::{
    Unsure, Value,
    adapter::xml_text::{ENTRY, ENTRY_KEY, ITEM},
    signature::is_known_letter,
};

/// Python's recursion is certain to reach as deep as this.
const MAX_DEPTH: usize = 100;

/// Appends a list or a map, of which pydantic makes JSON before it is written.
pub(super) fn write(tag: &str, value: &Value, out: &mut String) -> Result<(), Unsure> {
    element(tag, None, value, 0, out)
}

fn element(
    tag: &str,
    key: Option<&str>,
    value: &Value,
    depth: usize,
    out: &mut String,
) -> Result<(), Unsure> {
    if depth >= MAX_DEPTH {
        return Err(unsure("a value that nests too deep"));
    }
    out.extend(["<", tag]);
    if let Some(key) = key {
        out.extend([" ", ENTRY_KEY, "="]);
        quoted(key, out);
    }
    match value {
        Value::Null => return empty(out),
        // Inside a container, pydantic has no other word for what JSON cannot say.
        Value::Float(float) if !float.is_finite() => return empty(out),
        Value::List(items) | Value::Tuple(items) | Value::Set(items) if items.is_empty() => {
            return empty(out);
        }
        Value::List(items) | Value::Tuple(items) | Value::Set(items) => {
            out.push('>');
            items.iter().try_for_each(|item| element(ITEM, None, item, depth + 1, out))?;
        }
        Value::Map(entries) => {
            out.push('>');
            for (name, item) in entries.iter() {
                match is_element_name(name) {
                    Some(true) => element(name, None, item, depth + 1, out)?,
                    Some(false) => element(ENTRY, Some(name), item, depth + 1, out)?,
                    None => return Err(unsure("a key with a character that is not known")),
                }
            }
        }
        Value::Bytes(bytes) => {
            out.push('>');
            let text = std::str::from_utf8(bytes);
            escape(text.map_err(|_| unsure("bytes that are not UTF-8"))?, out);
        }
        scalar => {
            out.push('>');
            escape(&scalar.python_str(), out);
        }
    }
    out.extend(["</", tag, ">"]);
    Ok(())
}

fn empty(out: &mut String) -> Result<(), Unsure> {
    out.push_str(" />");
    Ok(())
}

/// Appends a text as DSPy escapes outputs: a `>` stays as it is.
pub(super) fn escape(text: &str, out: &mut String) {
    escape_with(text, out, |char| match char {
        '&' => Some("&amp;"),
        '<' => Some("&lt;"),
        _ => None,
    });
}

/// Appends an attribute's value in the quotes that `xml.sax.saxutils.quoteattr` chooses.
fn quoted(text: &str, out: &mut String) {
    let quote = if text.contains('"') && !text.contains('\'') { '\'' } else { '"' };
    out.push(quote);
    escape_with(text, out, |char| match char {
        '&' => Some("&amp;"),
        '<' => Some("&lt;"),
        '>' => Some("&gt;"),
        '\n' => Some("&#10;"),
        '\r' => Some("&#13;"),
        '\t' => Some("&#9;"),
        '"' if quote == '"' => Some("&quot;"),
        _ => None,
    });
    out.push(quote);
}

/// Whether a key names an element of its own: a Python identifier, in which `-` and `.` may stand
/// behind the first character. `None` where a character is not known.
fn is_element_name(key: &str) -> Option<bool> {
    let mut is_unknown = false;
    for (position, char) in key.chars().enumerate() {
        let may_stand = char.is_ascii_alphabetic()
            || char == '_'
            || position > 0 && (char.is_ascii_digit() || matches!(char, '-' | '.'))
            || is_known_letter(char);
        if !may_stand && (char.is_ascii() || is_known_symbol(char)) {
            return Some(false);
        }
        is_unknown |= !may_stand;
    }
    if is_unknown { None } else { Some(!key.is_empty()) }
}

/// Punctuation, symbols and emoji, which stand in no identifier (Unicode 14, Python 3.11).
const fn is_known_symbol(char: char) -> bool {
    matches!(
        char,
        '\u{80}'..='\u{a9}' | '\u{ab}'..='\u{b4}' | '\u{b6}' | '\u{b8}' | '\u{b9}'
            | '\u{bb}'..='\u{bf}' | '\u{d7}' | '\u{f7}' | '\u{2000}'..='\u{203e}'
            | '\u{20a0}'..='\u{20cf}' | '\u{2190}'..='\u{2bff}' | '\u{3000}'..='\u{3004}'
            | '\u{3008}'..='\u{3020}' | '\u{1f000}'..='\u{1faff}'
    )
}

fn unsure(what: &str) -> Unsure {
    Unsure { reason: format!("{what} is not written natively") }
}
