//! Quotes in a text that could close it, and those that only seem to.

use super::{Text, body::Verdict};
use crate::repair::{
    Family, characters::is_alphabetic, lookahead::Targets, parser::Parser, place::Place,
};

impl Parser<'_> {
    /// What the closing quote at the position means; `Go` where it closes the text.
    pub(super) fn quote(&mut self, text: &mut Text) -> Verdict {
        let next = self.cursor.after(self.cursor.position);
        if text.is_doubly_quoted && self.cursor.char_at(next) == Some(text.closer) {
            self.cursor.advance();
            return Verdict::Next(Some(text.closer));
        }
        if text.is_bare && text.place == Place::Value {
            return self.quote_after_bare_text(text, next);
        }
        if text.in_quotation {
            text.in_quotation = false;
            return self.keep_quote(text);
        }
        let ahead = self.own_quote_or_end_ahead(text, next);
        match self.cursor.char_at(ahead) {
            Some(',') if text.place == Place::Value => self.quote_before_comma(text, ahead),
            Some(char) if char == text.closer => {
                if self.cursor.char_before(ahead) == Some('\\') {
                    return Verdict::Go;
                }
                self.quote_before_quote(text, next, ahead)
            }
            _ => Verdict::Go,
        }
    }

    fn keep_quote(&mut self, text: &mut Text) -> Verdict {
        self.saw(Family::InnerQuotes);
        Verdict::Next(self.keep(text, text.closer))
    }

    /// Keeps the quote as one of a pair.
    fn keep_quotation(&mut self, text: &mut Text) -> Verdict {
        text.in_quotation = true;
        self.keep_quote(text)
    }

    /// A quote after a value without quotes begins the next key if a colon follows its text; then
    /// the value ended before it.
    fn quote_after_bare_text(&mut self, text: &Text, next: usize) -> Verdict {
        let mut close = next;
        while self.cursor.char_at(close).is_some_and(|char| !text.is_own_quote(char)) {
            close = self.cursor.after(close);
        }
        self.cursor.spend(close - next);
        if self.cursor.char_at(close).is_none() {
            return Verdict::Go;
        }
        let colon = self.cursor.after(close);
        let colon = self.cursor.after_space(colon);
        if self.cursor.char_at(colon) != Some(':') {
            return Verdict::Go;
        }
        self.cursor.position = self.cursor.before(self.cursor.position);
        Verdict::End(self.cursor.peek())
    }

    /// The next quote of the text's own kind, or what before it may end a container around.
    fn own_quote_or_end_ahead(&mut self, text: &Text, start: usize) -> usize {
        let in_key = self.places.is_within(Place::Key);
        let in_value = self.places.is_within(Place::Value);
        let in_item = self.places.is_within(Place::Item);
        let mut comma_ends = text.place == Place::Value;
        let mut position = start;
        while let Some(char) = self.cursor.char_at(position) {
            comma_ends = comma_ends && !is_alphabetic(char);
            let is_end = match char {
                ':' => in_key,
                '}' => in_key || in_value,
                ']' => in_item,
                ',' => in_item || comma_ends,
                _ => text.is_own_quote(char),
            };
            if is_end {
                break;
            }
            position = self.cursor.after(position);
        }
        self.cursor.spend(position.saturating_sub(start));
        position
    }

    /// A quote before a comma belongs to the text if the next quote is one that can close it.
    fn quote_before_comma(&mut self, text: &mut Text, comma: usize) -> Verdict {
        let close = self.cursor.find(Targets::one(text.closer), comma + 1);
        let next = self.cursor.after(close);
        let next = self.cursor.after_space(next);
        match self.cursor.char_at(next) {
            Some('}' | ',') => self.keep_quote(text),
            _ => Verdict::Go,
        }
    }

    /// A quote with another one ahead, and nothing between that could end a container.
    fn quote_before_quote(&mut self, text: &mut Text, next: usize, ahead: usize) -> Verdict {
        let is_member_ahead = text.place == Place::Value && self.is_member_after(ahead);
        if self.cursor.after_space(next) >= ahead && !is_member_ahead {
            return Verdict::End(Some(text.closer));
        }
        match text.place {
            Place::Value if is_member_ahead => self.keep_quote(text),
            Place::Value => {
                if self.is_colon_after_next_quote(text, ahead) {
                    Verdict::Go
                } else {
                    self.keep_quotation(text)
                }
            }
            Place::Item => {
                if self.are_quotes_even_from(text, ahead) {
                    self.keep_quotation(text)
                } else {
                    Verdict::End(Some(text.closer))
                }
            }
            Place::Key => self.keep_quote(text),
        }
    }

    /// Whether the quote at `quote` ends a member, because a comma and the next key follow.
    fn is_member_after(&mut self, quote: usize) -> bool {
        let comma = self.cursor.after(quote);
        let comma = self.cursor.after_space(comma);
        if self.cursor.char_at(comma) != Some(',') {
            return false;
        }
        let key = self.after_comments(comma + 1);
        self.is_key(key)
    }

    /// Whether a colon comes first after the second quote from `quote` on.
    fn is_colon_after_next_quote(&mut self, text: &Text, quote: usize) -> bool {
        let start = self.cursor.after(quote);
        let second = self.cursor.find(Targets::one(text.closer), start);
        let start = self.cursor.after(second);
        let mut position = start;
        while let Some(char) = self.cursor.char_at(position) {
            let is_end = match char {
                ':' | ',' | ']' | '}' => true,
                _ => char == text.closer && self.cursor.char_before(position) != Some('\\'),
            };
            if is_end {
                self.cursor.spend(position - start);
                return char == ':';
            }
            position = self.cursor.after(position);
        }
        self.cursor.spend(position.saturating_sub(start));
        false
    }

    /// Whether the quotes from the one at `quote` to the end of the list come in pairs.
    fn are_quotes_even_from(&mut self, text: &Text, quote: usize) -> bool {
        let start = self.cursor.after(quote);
        let end = self.cursor.find(Targets::one(']'), start);
        let others = self.cursor.count_between(Targets::one(text.closer), start, end);
        others % 2 == 1
    }
}
