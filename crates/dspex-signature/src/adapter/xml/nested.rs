//! The value of a structured output as nested elements on one line.

use super::serialize::escape_with;
use crate::{
    Unsure, Value,
    adapter::xml_text::{ENTRY, ENTRY_KEY, ITEM},
    value::unicode::{is_identifier_continue, is_identifier_start},
};

/// Python's recursion is certain to reach as deep as this.
const MAX_DEPTH: usize = 100;

/// Appends a list or a map as pydantic dumped it.
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
                    true => element(name, None, item, depth + 1, out)?,
                    false => element(ENTRY, Some(name), item, depth + 1, out)?,
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
/// behind the first character.
fn is_element_name(key: &str) -> bool {
    let mut chars = key.chars();
    chars.next().is_some_and(is_identifier_start)
        && chars.all(|char| is_identifier_continue(char) || matches!(char, '-' | '.'))
}

fn unsure(what: &str) -> Unsure {
    Unsure { reason: format!("{what} is not written natively") }
}
