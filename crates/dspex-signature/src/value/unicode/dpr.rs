//! Classes of characters as DPR's tokenizer sees them, which asks the `regex` module.

use super::{
    contains,
    dpr_tables::{DPR_BETWEEN, DPR_WORD},
};

/// What a character is to DPR's tokenizer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DprClass {
    /// Letters, numbers, marks: they join into words.
    Word,
    /// A token of its own.
    Single,
    /// Separators, control characters, and what Unicode does not know.
    Between,
}

/// The class of a character by the tables of `regex`, which are newer than Python's.
pub(crate) fn dpr_class(char: char) -> DprClass {
    match char {
        '\0'..=' ' | '\x7f' => DprClass::Between,
        _ if char.is_ascii_alphanumeric() => DprClass::Word,
        '!'..='~' => DprClass::Single,
        _ if contains(DPR_WORD, char) => DprClass::Word,
        _ if contains(DPR_BETWEEN, char) => DprClass::Between,
        _ => DprClass::Single,
    }
}
