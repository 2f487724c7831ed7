//! Backslashes, and what they make of the characters after them.

use super::{Text, body::Verdict};
use crate::repair::{Family, characters::is_quote, lookahead::Targets, parser::Parser};

impl Text {
    /// What, escaped, stands for itself and no longer closes the text. Within a quotation that
    /// began with `„` the library looks for a zero character.
    const fn active_closer(&self) -> char {
        if self.low_quotations > 0 { '\0' } else { self.closer }
    }

    /// Puts `char` in the place of the backslash at the end.
    fn replace_backslash(&mut self, char: char) {
        self.content.pop();
        self.push(char);
    }
}

impl Parser<'_> {
    /// Reads an escape: its backslash is kept already, and `char` at the position follows it.
    pub(super) fn escape(&mut self, text: &mut Text, char: char) -> Verdict {
        if text.low_quotations > 0 && char == '"' {
            self.saw(Family::SmartQuotes);
            text.low_quotations -= 1;
            return self.replace_escape(text, char, 1);
        }
        if char == '\\' && self.take_backslashes(text) {
            return Verdict::Next(self.cursor.peek());
        }
        let closer = text.active_closer();
        match char {
            't' => self.replace_short_escape(text, '\t'),
            'n' => self.replace_short_escape(text, '\n'),
            'r' => self.replace_short_escape(text, '\r'),
            'b' => self.replace_short_escape(text, '\u{8}'),
            '\\' => self.replace_short_escape(text, '\\'),
            _ if char == closer => self.replace_short_escape(text, char),
            'u' => self.replace_code(text, 4),
            'x' => {
                self.saw(Family::Escapes);
                self.replace_code(text, 2)
            }
            _ if char == '„' || is_quote(char) => {
                self.saw(Family::Escapes);
                self.replace_escape(text, char, char.len_utf8())
            }
            _ => {
                self.saw(Family::Escapes);
                Verdict::Go
            }
        }
    }

    /// Halves a run of backslashes of even length; not if a quote follows it that seems to belong
    /// to the text.
    fn take_backslashes(&mut self, text: &mut Text) -> bool {
        let start = self.cursor.position;
        let rest = self.cursor.slice(start, self.cursor.len());
        let length = rest.bytes().take_while(|byte| *byte == b'\\').count();
        self.cursor.spend(length);
        let end = start + length;
        let run = length + 1;
        if run % 2 != 0 {
            return false;
        }
        if self.cursor.char_at(end) == Some(text.active_closer()) {
            let next = self.cursor.after(end);
            let next = self.cursor.after_space(next);
            if !matches!(self.cursor.char_at(next), None | Some(',' | ':' | '}' | ']')) {
                return false;
            }
        }
        // One of them is kept already.
        for _ in 1..run / 2 {
            text.push('\\');
        }
        self.cursor.position = end;
        true
    }

    /// Replaces an escape of one letter; further backslashes and quotes right after an escaped
    /// backslash are taken with it.
    fn replace_short_escape(&mut self, text: &mut Text, char: char) -> Verdict {
        text.replace_backslash(char);
        self.cursor.advance();
        while let Some(next) = self.cursor.peek()
            && text.ends_with_backslash()
            && (next == '\\' || next == text.active_closer())
        {
            self.saw(Family::Escapes);
            text.replace_backslash(next);
            self.cursor.advance();
        }
        Verdict::Next(self.cursor.peek())
    }

    /// Replaces an escape that ends with so many hexadecimal digits.
    fn replace_code(&mut self, text: &mut Text, digits: usize) -> Verdict {
        let start = self.cursor.position + 1;
        let code = self.cursor.slice(start, start + digits);
        let is_code = code.len() == digits && code.bytes().all(|byte| byte.is_ascii_hexdigit());
        let Some(code) = is_code.then(|| u32::from_str_radix(code, 16).ok()).flatten() else {
            self.saw(Family::Escapes);
            return Verdict::Go;
        };
        let char = char::from_u32(code).unwrap_or_else(|| {
            // The library keeps half a character, even where the other half follows.
            self.saw(Family::HalfCharacters);
            char::REPLACEMENT_CHARACTER
        });
        self.replace_escape(text, char, 1 + digits)
    }

    fn replace_escape(&mut self, text: &mut Text, char: char, length: usize) -> Verdict {
        text.replace_backslash(char);
        self.cursor.position += length;
        Verdict::Next(self.cursor.peek())
    }

    /// Whether the quote at the position stands in a class of characters such as `[^"']`: no white
    /// space since its bracket, and a bracket to close it.
    pub(super) fn is_in_character_class(&mut self, text: &Text) -> bool {
        let Some(start) = text.class_start else { return false };
        if text.last_space.is_some_and(|space| space >= start) {
            return false;
        }
        let next = self.cursor.after(self.cursor.position);
        let bracket = self.cursor.find(Targets::one(']'), next);
        self.cursor.char_at(bracket).is_some()
    }
}
