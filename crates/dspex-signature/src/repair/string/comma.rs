//! Commas in the text of a member: what follows tells whether the member has ended.

use super::{Text, begins_key};
use crate::{
    repair::{
        Family,
        characters::{continues_bare_key, is_alphanumeric, is_digit, is_quote},
        lookahead::Targets,
        parser::Parser,
    },
    value::unicode::is_space,
};

/// What a comma is.
pub(super) enum Comma {
    /// It ends the text: the next member follows.
    BeforeMember,
    /// It belongs to the text, and so does the container that follows.
    BeforeContainer,
    /// It belongs to the text.
    InText,
    /// It belongs to the text, and so do all others: neither quotes nor brackets follow.
    InLastText,
}

impl Parser<'_> {
    /// What the comma at the position is.
    pub(super) fn comma(&mut self, text: &mut Text) -> Comma {
        let next = self.cursor.after_space(self.cursor.position + 1);
        let key_end = match self.cursor.char_at(next) {
            None | Some('}') => return Comma::BeforeMember,
            Some(quote) if is_quote(quote) => {
                let inner = self.cursor.after(next);
                self.cursor.find(Targets::one(quote), inner)
            }
            Some('`') => {
                let colon = self.after_bare_key(next + 1);
                return member_if(self.cursor.char_at(colon) == Some(':'));
            }
            Some(char) => {
                if (is_alphanumeric(char) || char == '_') && self.is_bare_member(text, next) {
                    return Comma::BeforeMember;
                }
                if matches!(char, '{' | '[') {
                    return Comma::BeforeContainer;
                }
                let special = Targets::QUOTES.and('{').and('[');
                let special = self.find_within(text, special, next);
                let Some(quote) = self.cursor.char_at(special) else { return Comma::InLastText };
                if !is_quote(quote) {
                    return Comma::InText;
                }
                let inner = self.cursor.after(special);
                self.find_within(text, Targets::one(quote), inner)
            }
        };
        if self.cursor.char_at(key_end).is_none() {
            return Comma::InText;
        }
        let colon = self.cursor.after(key_end);
        let colon = self.cursor.after_space(colon);
        member_if(self.cursor.char_at(colon) == Some(':'))
    }

    /// Where a key without quotes and the white space after it end.
    fn after_bare_key(&mut self, start: usize) -> usize {
        let mut end = start;
        while self.cursor.char_at(end).is_some_and(continues_bare_key) {
            end = self.cursor.after(end);
        }
        self.cursor.spend(end - start);
        self.cursor.after_space(end)
    }

    /// Whether a key without quotes stands at `position`, with its colon.
    pub(super) fn is_bare_key(&mut self, position: usize) -> bool {
        let first = self.cursor.char_at(position);
        if !first.is_some_and(|char| is_alphanumeric(char) || char == '_') {
            return false;
        }
        let colon = self.after_bare_key(position);
        self.cursor.char_at(colon) == Some(':')
    }

    /// Whether a key in quotes or without stands at `position`, with its colon.
    pub(super) fn is_key(&mut self, position: usize) -> bool {
        let Some(first) = self.cursor.char_at(position) else { return false };
        if !is_quote(first) {
            return self.is_bare_key(position);
        }
        let inner = self.cursor.after(position);
        let end = self.cursor.find(Targets::one(super::counterpart(first)), inner);
        if self.cursor.char_at(end).is_none() {
            return false;
        }
        let colon = self.cursor.after(end);
        let colon = self.cursor.after_space(colon);
        self.cursor.char_at(colon) == Some(':')
    }

    /// Whether a member without quotes around its key begins at `position`: a key, a colon, and
    /// what can only be a value.
    fn is_bare_member(&mut self, text: &mut Text, position: usize) -> bool {
        let colon = self.after_bare_key(position);
        if self.cursor.char_at(colon) != Some(':') {
            return false;
        }
        let value = self.cursor.after_space(colon + 1);
        let first = self.cursor.char_at(value);
        if begins_key(first)
            || matches!(first, Some('{' | '[' | '-'))
            || first.is_some_and(is_digit)
            || self.is_json_word(value)
        {
            self.saw(Family::BareKeys);
            return true;
        }
        // A bare value is one only if its object ends before any text can; otherwise this is prose
        // with a colon.
        let end = self.find_within(text, Targets::QUOTES.and('}'), value);
        self.cursor.char_at(end) == Some('}')
    }

    fn is_json_word(&self, position: usize) -> bool {
        ["true", "false", "null"].into_iter().any(|word| {
            let end = position + word.len();
            self.cursor.starts_with_at(position, word)
                && match self.cursor.char_at(end) {
                    None | Some(',' | '}' | ']') => true,
                    Some(char) => is_space(char),
                }
        })
    }
}

const fn member_if(is_member: bool) -> Comma {
    if is_member { Comma::BeforeMember } else { Comma::InText }
}
