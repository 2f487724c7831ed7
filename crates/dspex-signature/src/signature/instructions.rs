//! DSPy's default instructions, and `inspect.cleandoc`, which every instruction passes.

use crate::{Field, value::unicode::is_space};

/// The instructions of a signature that has none of its own.
///
/// The wording is DSPy 3.4.1's (`dspy/signatures/signature.py`, MIT licence), because the model
/// reads it and equivalence is measured in bytes.
pub(super) fn default_instructions(inputs: &[Field], outputs: &[Field]) -> String {
    let (inputs, outputs) = (quoted(inputs), quoted(outputs));
    format!("Given the fields {inputs}, produce the fields {outputs}.")
}

fn quoted(fields: &[Field]) -> String {
    let mut list = String::new();
    for field in fields {
        let separator = if list.is_empty() { "`" } else { ", `" };
        list.extend([separator, &field.name, "`"]);
    }
    list
}

/// Python's `inspect.cleandoc`: tabs become spaces, the margin that all lines after the first
/// share goes, and so do empty lines at both ends.
///
/// Cleaning twice can clean more than once, as it does in Python: the first line loses all of
/// its indentation.
pub(crate) fn cleandoc(text: &str) -> String {
    if !text.contains(['\n', '\t']) {
        return text.trim_start_matches(is_space).to_owned();
    }
    let text = expand_tabs(text);
    let lines: Vec<&str> = text.split('\n').collect();
    let margin = lines[1..].iter().filter_map(|line| indentation(line)).min().unwrap_or(0);
    let mut lines: Vec<&str> = lines
        .iter()
        .enumerate()
        .map(|(position, line)| match position {
            0 => line.trim_start_matches(is_space),
            _ => without_first(line, margin),
        })
        .collect();
    while lines.last().is_some_and(|line| line.is_empty()) {
        lines.pop();
    }
    let n_empty = lines.iter().take_while(|line| line.is_empty()).count();
    lines[n_empty..].join("\n")
}

/// How many characters of space a line starts with; `None` for a line of nothing else.
fn indentation(line: &str) -> Option<usize> {
    line.chars().position(|char| !is_space(char))
}

fn without_first(line: &str, n_chars: usize) -> &str {
    line.char_indices().nth(n_chars).map_or("", |(start, _)| &line[start..])
}

/// Python's `str.expandtabs` with stops every 8 columns.
fn expand_tabs(text: &str) -> String {
    let mut expanded = String::with_capacity(text.len());
    let mut column = 0;
    for char in text.chars() {
        match char {
            '\t' => {
                let n_spaces = 8 - column % 8;
                expanded.extend(std::iter::repeat_n(' ', n_spaces));
                column += n_spaces;
            }
            '\n' | '\r' => {
                expanded.push(char);
                column = 0;
            }
            _ => {
                expanded.push(char);
                column += 1;
            }
        }
    }
    expanded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn docs_are_cleaned_as_python_cleans_them() {
        for (text, expected) in [
            ("", ""),
            (" ", ""),
            ("\n", ""),
            ("  a ", "a "),
            ("  a\n    b\n   c", "a\n b\nc"),
            ("a\tb\n\tc", "a       b\nc"),
            ("\n   x\n b", "  x\nb"),
            ("  x\nb", "x\nb"),
            ("a\n\u{1f} b\n\u{1f} c", "a\nb\nc"),
            ("\n\nlead\n\ntrail\n\n", "lead\n\ntrail"),
            ("a\n\n\nb", "a\n\n\nb"),
            ("a\n   \n  b", "a\n \nb"),
            ("a\n \n  b", "a\n\nb"),
            ("a\n\u{3000}b\n\u{a0}c", "a\nb\nc"),
        ] {
            assert_eq!(cleandoc(text), expected, "{text:?}");
        }
    }
}
