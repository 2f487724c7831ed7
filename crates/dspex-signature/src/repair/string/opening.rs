//! How a text begins: which quotes it has, doubled or none at all.

use super::{Text, begins_key};
use crate::{
    Value,
    repair::{
        Family,
        characters::{is_alphanumeric, is_quote},
        lookahead::Targets,
        parser::{Parser, empty},
        place::Place,
    },
    value::unicode::is_space,
};

/// What the beginning of a text tells.
pub(super) enum Opening {
    /// The value is read already.
    Done(Value),
    /// The position is at the first character of the content.
    Text(Text),
}

impl Parser<'_> {
    pub(super) fn opening(&mut self) -> Opening {
        if let Some('#' | '/') = self.cursor.peek() {
            self.skip_comment();
            return Opening::Done(empty());
        }
        let Some(first) = self.skip_to_text() else { return Opening::Done(empty()) };
        if first == '"'
            && let Some(text) = self.simple_text()
        {
            return Opening::Done(Value::Text(text));
        }
        let place = self.places.innermost().unwrap_or(Place::Value);
        let mut text = match first {
            '\'' => Text::new(place, '\'', '\''),
            '“' => Text::new(place, '“', '”'),
            // A quote that usually closes opens a text that ends as one in double quotes.
            _ => Text::new(place, '"', '"'),
        };
        match first {
            '"' => {}
            '\'' => self.saw(Family::SingleQuotes),
            '“' | '”' => self.saw(Family::SmartQuotes),
            _ => {
                if place != Place::Key
                    && let Some(word) = self.bare_word()
                {
                    return Opening::Done(word);
                }
                self.saw(if place == Place::Key { Family::BareKeys } else { Family::BareText });
                text.is_bare = true;
                return Opening::Text(text);
            }
        }
        self.cursor.advance();
        if self.cursor.peek() == Some('`')
            && let Some(value) = self.fenced_value()
        {
            return Opening::Done(value);
        }
        if self.cursor.peek() == Some(text.opener) {
            return self.doubled_opening(text);
        }
        Opening::Text(text)
    }

    /// Skips what can begin no text; gives the quote, letter or digit that does.
    fn skip_to_text(&mut self) -> Option<char> {
        loop {
            let char = self.cursor.peek()?;
            if is_quote(char) || is_alphanumeric(char) {
                return Some(char);
            }
            if !is_space(char) {
                self.saw(Family::StrayCharacters);
            }
            self.cursor.advance();
        }
    }

    /// `true`, `false`, `null` or `none` in any case, as a word of its own.
    fn bare_word(&mut self) -> Option<Value> {
        let words = [
            ("true", Value::Bool(true)),
            ("false", Value::Bool(false)),
            ("null", Value::Null),
            ("none", Value::Null),
        ];
        let start = self.cursor.position;
        for (word, value) in words {
            let end = start + word.len();
            let written = self.cursor.slice(start, end);
            if !written.eq_ignore_ascii_case(word) {
                continue;
            }
            let is_json = written == word && word != "none";
            let is_ended = match self.cursor.char_at(end) {
                None | Some(',' | ')' | ']' | '}') => true,
                Some(next) => is_space(next),
            };
            if is_ended {
                if !is_json {
                    self.saw(Family::Words);
                }
                self.cursor.position = end;
                return Some(value);
            }
        }
        None
    }

    /// The value in a code fence that begins within the quotes.
    ///
    /// The library takes a value of `false` for no value, but stands after it then.
    fn fenced_value(&mut self) -> Option<Value> {
        const FENCE: &str = "```json";
        let start = self.cursor.position;
        if !self.cursor.starts_with_at(start, FENCE) {
            return None;
        }
        let end = self.cursor.find(Targets::one('`'), start + FENCE.len());
        if !self.cursor.starts_with_at(end, "```") {
            return None;
        }
        self.saw(Family::Fences);
        self.cursor.position = start + FENCE.len();
        match self.value() {
            Value::Bool(false) => None,
            value => Some(value),
        }
    }

    /// A text that begins with two quotes: an empty one, one in doubled quotes, one that begins
    /// with a quotation, or one with a quote too many.
    fn doubled_opening(&mut self, mut text: Text) -> Opening {
        let closer = Targets::one(text.closer);
        let next = self.cursor.after(self.cursor.position);
        let is_empty = match self.cursor.char_at(next) {
            Some(':') => text.place == Place::Key,
            Some(',') => text.place != Place::Key,
            Some('}') => text.place == Place::Value,
            Some(']') => text.place == Place::Item,
            _ => false,
        };
        if is_empty {
            self.cursor.advance();
            return Opening::Done(empty());
        }
        self.saw(Family::DoubledQuotes);
        if self.cursor.char_at(next) == Some(text.opener) {
            return Opening::Done(empty());
        }
        let close = self.cursor.find(closer, next);
        let after_close = self.cursor.after(close);
        if self.cursor.char_at(after_close) == Some(text.closer) {
            text.is_doubly_quoted = true;
            self.cursor.advance();
            return Opening::Text(text);
        }
        if self.begins_with_quotation(&text, next, close) {
            let opener = text.opener;
            self.keep(&mut text, opener);
            text.in_quotation = true;
            return Opening::Text(text);
        }
        let next = self.cursor.after_space(next);
        let next = self.cursor.char_at(next);
        if begins_key(next) || matches!(next, Some('{' | '[')) {
            self.cursor.advance();
            return Opening::Done(empty());
        }
        if !matches!(next, Some(',' | ']' | '}')) {
            self.cursor.advance();
        }
        Opening::Text(text)
    }

    /// Whether the second of two quotes begins a quotation that ends at `close`, within a text
    /// that ends at the quote after it.
    fn begins_with_quotation(&mut self, text: &Text, start: usize, close: usize) -> bool {
        if self.cursor.char_at(close).is_none()
            || text.place != Place::Value
            || self.cursor.after_space(start) >= close
        {
            return false;
        }
        let after_close = self.cursor.after(close);
        let outer = self.cursor.find(Targets::one(text.closer), after_close);
        if self.cursor.char_at(outer).is_none() {
            return false;
        }
        let next = self.cursor.after(outer);
        let next = self.cursor.after_space(next);
        matches!(self.cursor.char_at(next), None | Some(',' | '}'))
    }
}
