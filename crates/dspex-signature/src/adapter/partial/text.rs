//! A text that grows, without the white space around it.

use crate::Value;
use crate::value::unicode::is_space;

/// A text as Python's `str.strip` leaves it: white space is held back until something follows it.
#[derive(Clone, Debug)]
pub(super) struct GrowingText {
    /// Always a text, kept as the value that is shown.
    value: Value,
    space: String,
}

impl GrowingText {
    /// Adds a piece, and returns what is certain to belong to the text now.
    pub(super) fn push(&mut self, piece: &str) -> &str {
        let Value::Text(text) = &mut self.value else { unreachable!("it was made of a text") };
        let before = text.len();
        let piece = if before == 0 { piece.trim_start_matches(is_space) } else { piece };
        let words = piece.trim_end_matches(is_space);
        if !words.is_empty() {
            text.push_str(&self.space);
            text.push_str(words);
            self.space.clear();
        }
        self.space.push_str(&piece[words.len()..]);
        &text[before..]
    }

    pub(super) const fn value(&self) -> &Value {
        &self.value
    }

    pub(super) fn as_str(&self) -> &str {
        self.value.as_str().unwrap_or_default()
    }
}

impl Default for GrowingText {
    fn default() -> Self {
        Self { value: Value::Text(String::new()), space: String::new() }
    }
}
