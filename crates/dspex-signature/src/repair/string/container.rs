//! Brackets and braces that belong to a text.

use super::{Text, closer_of, counterpart};
use crate::repair::{
    Family,
    characters::{is_digit, is_opener, is_quote},
    lookahead::Targets,
    parser::Parser,
    place::Place,
};

impl Text {
    /// Follows the containers within the text; whether `char` closes one of them.
    pub(super) fn moves_in_containers(&mut self, char: char) -> bool {
        match char {
            '{' | '[' if self.expects_container || !self.containers.is_empty() => {
                self.expects_container = false;
                self.containers.push(char);
                false
            }
            '}' | ']' if self.containers.last().copied().and_then(closer_of) == Some(char) => {
                self.containers.pop();
                true
            }
            _ => false,
        }
    }
}

impl Parser<'_> {
    /// Whether the opening character at the position begins a container that may be kept as a
    /// whole: one after a comma of the text, or one in the text of a member that holds a member.
    pub(super) fn expects_container(&mut self, text: &Text, opener: char) -> bool {
        if text.expects_container {
            return true;
        }
        let position = self.cursor.position;
        if text.place != Place::Value
            || opener != '{'
            || self.cursor.char_before(position) == Some('\\')
        {
            return false;
        }
        let inner = self.cursor.after_space(position + 1);
        self.is_bare_key(inner)
    }

    /// Keeps the container up to `end`; gives the next character.
    pub(super) fn keep_container(&mut self, text: &mut Text, end: usize) -> Option<char> {
        self.saw(Family::InlineContainers);
        text.expects_container = false;
        text.containers.clear();
        for char in self.cursor.slice(self.cursor.position, end).chars() {
            text.push(char);
        }
        self.cursor.position = end;
        self.cursor.peek()
    }

    /// Where the container that opens at `start` ends, if it is balanced.
    pub(super) fn after_container(&mut self, start: usize) -> Option<usize> {
        let opener = self.cursor.char_at(start)?;
        let mut closers = vec![closer_of(opener)?];
        let mut position = start + 1;
        while let Some(char) = self.cursor.char_at(position) {
            self.cursor.spend(1);
            if is_quote(char) {
                let closer = counterpart(char);
                let inner = self.cursor.after(position);
                position = self.cursor.find(Targets::one(closer), inner);
                self.cursor.char_at(position)?;
            } else if let Some(closer) = closer_of(char)
                && self.opens_nested_container(position)
            {
                closers.push(closer);
            } else if closers.last() == Some(&char) {
                closers.pop();
                if closers.is_empty() {
                    return Some(position + 1);
                }
            }
            position = self.cursor.after(position);
        }
        None
    }

    /// Whether the opening character at `position` begins a container within one: what stands
    /// before it and what follows are those of a value.
    fn opens_nested_container(&mut self, position: usize) -> bool {
        let opener = self.cursor.char_at(position);
        let before = match self.cursor.before_space(position) {
            Some((place, before)) if place >= self.cursor.position => before,
            _ => return true,
        };
        if is_opener(before) {
            return true;
        }
        if !matches!(before, ',' | ':') {
            return false;
        }
        let inner = self.cursor.after_space(position + 1);
        let first = self.cursor.char_at(inner);
        let begins_text = first.is_some_and(is_quote);
        match opener {
            Some('[' | '(') => {
                begins_text
                    || matches!(first, Some(']' | ')' | '-' | 't' | 'f' | 'n'))
                    || first.is_some_and(is_opener)
                    || first.is_some_and(is_digit)
            }
            _ => begins_text || first == Some('}') || (before == ':' && self.is_bare_key(inner)),
        }
    }
}
