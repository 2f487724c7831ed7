//! Texts that stand as JSON wants them.

use crate::repair::{Family, parser::Parser, place::Place};

impl Parser<'_> {
    /// The text at the position, where it needs no repair: in double quotes, without backslashes
    /// and line ends, and followed by what may follow it.
    pub(super) fn simple_text(&mut self) -> Option<String> {
        let start = self.cursor.position + 1;
        let rest = self.cursor.slice(start, self.cursor.len());
        let ends = |byte: u8| matches!(byte, b'"' | b'\\' | b'\n' | b'\r');
        let length = rest.bytes().position(ends).unwrap_or(rest.len());
        let is_closed = rest[length..].starts_with('"');
        self.cursor.spend(length);
        if !is_closed {
            return None;
        }
        let end = start + length;
        let next = self.cursor.after_space(end + 1);
        let next = self.cursor.char_at(next);
        let may_end = match (next, self.places.innermost()) {
            (_, Some(Place::Key)) => next == Some(':'),
            (None, _) => true,
            (Some(next), Some(Place::Value)) => matches!(next, ',' | '}'),
            (Some(next), Some(Place::Item)) => matches!(next, ',' | ']'),
            (Some(_), None) => false,
        };
        if !may_end {
            return None;
        }
        let text = self.cursor.slice(start, end).to_owned();
        if text.bytes().any(|byte| byte < b' ') {
            self.saw(Family::ControlCharacters);
        }
        self.cursor.position = end + 1;
        Some(text)
    }
}
