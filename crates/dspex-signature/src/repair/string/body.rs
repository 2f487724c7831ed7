//! The body of a text, up to where it ends.

use super::{Text, comma::Comma};
use crate::{
    repair::{Family, characters::is_opener, lookahead::Targets, parser::Parser, place::Place},
    value::unicode::is_space,
};

/// What is to be done with a character of the body.
pub(super) enum Verdict {
    /// Look at it in the next way.
    Go,
    /// It is dealt with; this is the next one.
    Next(Option<char>),
    /// The text ends at it.
    End(Option<char>),
}

impl Parser<'_> {
    /// Reads up to what ends the text; gives the character at which it ends.
    pub(super) fn body(&mut self, text: &mut Text) -> Option<char> {
        let mut next = self.cursor.peek();
        while let Some(char) = next
            && (char != text.closer || text.low_quotations > 0)
        {
            next = match self.judge(text, char) {
                Verdict::Next(next) => next,
                Verdict::End(last) => return last,
                Verdict::Go => match self.take(text, char) {
                    Verdict::End(last) => return last,
                    Verdict::Next(next) => next,
                    Verdict::Go => self.cursor.peek(),
                },
            };
        }
        next
    }

    /// What the character at the position means before it is taken.
    fn judge(&mut self, text: &mut Text, char: char) -> Verdict {
        if text.is_plain(char) {
            return Verdict::Go;
        }
        if text.is_bare && ends_bare_text(text.place, char) {
            return Verdict::End(Some(char));
        }
        if let verdict @ (Verdict::Next(_) | Verdict::End(_)) = self.judge_low_quote(text, char) {
            return verdict;
        }
        if is_opener(char) && !text.ends_with_backslash() && self.expects_container(text, char) {
            let start = self.cursor.position;
            if let Some(end) = self.after_container(start) {
                return Verdict::Next(self.keep_container(text, end));
            }
        }
        let in_value = text.place == Place::Value;
        if in_value && char == ',' && !text.expects_container && text.containers.is_empty() {
            return self.judge_comma(text);
        }
        if text.moves_in_containers(char) {
            self.saw(Family::InlineContainers);
            return Verdict::Next(self.keep(text, char));
        }
        match char {
            '}' if in_value => self.judge_brace(text),
            ']' if self.places.is_within(Place::Item) && !text.content.ends_with(text.closer) => {
                let close = self.cursor.find(Targets::one(text.closer), self.cursor.position);
                match self.cursor.char_at(close) {
                    None => Verdict::End(Some(char)),
                    Some(_) => Verdict::Go,
                }
            }
            _ => Verdict::Go,
        }
    }

    fn judge_comma(&mut self, text: &mut Text) -> Verdict {
        let comma = if text.is_last { Comma::InText } else { self.comma(text) };
        match comma {
            Comma::BeforeMember => return Verdict::End(Some(',')),
            Comma::InLastText => text.is_last = true,
            Comma::InText | Comma::BeforeContainer => {}
        }
        text.expects_container = matches!(comma, Comma::BeforeContainer);
        Verdict::Next(self.keep(text, ','))
    }

    /// Takes the character at the position, and looks at the one after it.
    fn take(&mut self, text: &mut Text, char: char) -> Verdict {
        if char < ' ' {
            self.saw(Family::ControlCharacters);
        }
        if text.is_plain(char) {
            self.take_plain(text);
        } else {
            text.push(char);
            self.cursor.advance();
        }
        let Some(next) = self.cursor.peek() else { return Verdict::End(None) };
        if text.ends_with_backslash() {
            match self.escape(text, next) {
                Verdict::Go => {}
                verdict => return verdict,
            }
        }
        if next == ':' && !text.is_bare && text.place == Place::Key && self.colon_ends_key(text) {
            return Verdict::End(Some(next));
        }
        if text.low_quotations > 0 && next == '"' {
            text.low_quotations -= 1;
            return Verdict::Next(self.keep(text, next));
        }
        if next != text.closer {
            return Verdict::Next(Some(next));
        }
        if text.place == Place::Value && self.is_in_character_class(text) {
            self.saw(Family::InnerQuotes);
            let after = self.keep(text, next);
            return Verdict::Next(after);
        }
        if text.content.is_empty() || text.ends_with_backslash() {
            return Verdict::Next(Some(next));
        }
        match self.quote(text) {
            Verdict::Go => Verdict::Next(Some(next)),
            verdict => verdict,
        }
    }

    /// Takes a run of characters that mean nothing but themselves.
    fn take_plain(&mut self, text: &mut Text) {
        let rest = self.cursor.slice(self.cursor.position, self.cursor.len());
        let length = rest.bytes().take_while(|byte| text.is_plain(char::from(*byte))).count();
        text.push_plain(&rest[..length]);
        self.cursor.position += length;
    }

    /// Whether a colon in a key ends the key, whose closing quote is missing.
    fn colon_ends_key(&mut self, text: &Text) -> bool {
        let start = self.cursor.position + 1;
        let open = self.cursor.find(Targets::one(text.opener), start);
        if self.cursor.char_at(open).is_none() {
            return true;
        }
        let inner = self.cursor.after(open);
        let close = self.cursor.find(Targets::one(text.closer), inner);
        if self.cursor.char_at(close).is_none() {
            return false;
        }
        let next = self.cursor.after(close);
        let next = self.cursor.after_space(next);
        matches!(self.cursor.char_at(next), Some(',' | '}'))
    }

    /// Quotations that begin with `„` end with `”` or `"`, and may hold any quotes.
    fn judge_low_quote(&mut self, text: &mut Text, char: char) -> Verdict {
        match char {
            '„' if !text.ends_with_backslash() => text.low_quotations += 1,
            '”' if text.low_quotations > 0 => text.low_quotations -= 1,
            _ => return Verdict::Go,
        }
        self.saw(Family::SmartQuotes);
        Verdict::Next(self.keep(text, char))
    }
}

impl Text {
    /// Whether no rule looks at the character, one of ASCII, in such a text.
    const fn is_plain(&self, char: char) -> bool {
        match char {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '.' | '_' | '-' | ';' | '!' | '?' => true,
            ' ' => !self.is_bare,
            _ => false,
        }
    }
}

fn ends_bare_text(place: Place, char: char) -> bool {
    match place {
        Place::Key => char == ':' || is_space(char),
        Place::Item => matches!(char, ']' | ','),
        Place::Value => false,
    }
}
