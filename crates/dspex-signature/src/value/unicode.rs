//! Classes of characters as Python 3.11 has them, which knows Unicode 14; Rust's own tables are
//! newer.

mod case;
mod case_tables;
mod class_tables;
mod dpr;
mod dpr_tables;
mod normal;

#[cfg(test)]
mod tests;

pub(crate) use case::{capitalize, is_upper, lower, title};
use class_tables::{
    ALPHANUMERIC, ASSIGNED, DECIMAL, IDENTIFIER_CONTINUE, IDENTIFIER_START, PRINTABLE,
};
pub(crate) use dpr::{DprClass, dpr_class};
pub(crate) use normal::{nfd, nfkc};

/// Whether `repr()` writes the character as it is: Python's `str.isprintable`.
pub(crate) fn is_printable(char: char) -> bool {
    match char {
        '\0'..='\x7f' => matches!(char, ' '..='~'),
        _ => contains(PRINTABLE, char),
    }
}

/// Whether `\w` of Python's `re` takes the character.
pub(crate) fn is_word(char: char) -> bool {
    match char {
        '\0'..='\x7f' => char.is_ascii_alphanumeric() || char == '_',
        _ => contains(ALPHANUMERIC, char),
    }
}

/// Whether `\d` of Python's `re` takes the character: `str.isdecimal`.
pub(crate) fn is_decimal(char: char) -> bool {
    match char {
        '\0'..='\x7f' => char.is_ascii_digit(),
        _ => contains(DECIMAL, char),
    }
}

/// Whether Unicode 14 knows the character at all.
pub(crate) fn is_assigned(char: char) -> bool {
    char.is_ascii() || contains(ASSIGNED, char)
}

/// Whether `str.strip` and `str.split` take the character for white space: Rust's white space
/// and four separators of ASCII.
pub(crate) fn is_space(char: char) -> bool {
    char.is_whitespace() || matches!(char, '\x1c'..='\x1f')
}

/// Python's `str.strip()`.
pub(crate) fn strip(text: &str) -> &str {
    text.trim_matches(is_space)
}

/// Whether a Python identifier can begin with the character.
pub(crate) fn is_identifier_start(char: char) -> bool {
    match char {
        '\0'..='\x7f' => char.is_ascii_alphabetic() || char == '_',
        _ => contains(IDENTIFIER_START, char),
    }
}

/// Whether the character can stand in a Python identifier, after the first one.
pub(crate) fn is_identifier_continue(char: char) -> bool {
    match char {
        '\0'..='\x7f' => char.is_ascii_alphanumeric() || char == '_',
        _ => contains(IDENTIFIER_CONTINUE, char),
    }
}

/// Python's `str.isidentifier()`; keywords are identifiers to it.
pub(crate) fn is_identifier(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(is_identifier_start) && chars.all(is_identifier_continue)
}

/// Whether the character is in one of the ranges, which are sorted.
pub(crate) fn contains<T: Copy + Into<u32>>(ranges: &[(T, T)], char: char) -> bool {
    let code = u32::from(char);
    let after = ranges.partition_point(|(first, _)| (*first).into() <= code);
    after > 0 && code <= ranges[after - 1].1.into()
}
