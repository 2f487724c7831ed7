//! Objects: members one after the other, and when they end.

use super::{
    Family,
    characters::is_quote,
    members::Members,
    parser::{Parser, empty},
    place::Place,
};
use crate::Value;

impl Parser<'_> {
    /// The object after its opening brace; consumes its closing brace.
    pub(super) fn members(&mut self) -> Value {
        let start = self.cursor.position;
        let is_member = self.places.is(Place::Value);
        let mut members = Members::default();
        let mut commas = 0;
        let closes = loop {
            self.cursor.spend(1);
            self.skip_space_and_comments();
            match self.cursor.peek() {
                None => {
                    self.saw(Family::MissingClosers);
                    break true;
                }
                Some('}') => break true,
                Some(',') => {
                    commas += 1;
                    self.cursor.advance();
                    continue;
                }
                Some(_) => {}
            }
            self.saw_commas(commas, members.is_empty());
            commas = 0;
            match self.member(&mut members, is_member) {
                After::Nothing => {}
                After::Comma => commas = 1,
                After::Object => break false,
            }
        };
        if commas > 0 {
            self.saw(Family::ExtraCommas);
        }
        if closes {
            self.cursor.advance();
        }
        if members.is_empty()
            && let Some(value) = self.object_without_members(start)
        {
            return value;
        }
        self.after_object(&mut members);
        members.into_value()
    }

    fn saw_commas(&mut self, commas: usize, is_first: bool) {
        match (commas, is_first) {
            (0, true) | (1, false) => {}
            (0, false) => self.saw(Family::MissingCommas),
            _ => self.saw(Family::ExtraCommas),
        }
    }

    /// Reads one member and what follows its value.
    fn member(&mut self, members: &mut Members, is_member: bool) -> After {
        if self.cursor.peek() == Some(':') {
            self.saw(Family::Colons);
            self.cursor.advance();
        }
        let (key, key_start) = self.key(members);
        let is_repeated = self.places.is_within(Place::Item) && members.contains(&key);
        if is_repeated && !is_member && self.begins_new_object(key_start) {
            // As if the next object had its brace here.
            self.saw(Family::SplitObjects);
            self.cursor.replace(key_start, key_start, "{");
            self.cursor.position = key_start;
            return After::Object;
        }
        self.skip_space_and_comments();
        match self.cursor.peek() {
            None | Some('}') => {
                self.saw(Family::MissingValues);
                return After::Nothing;
            }
            Some(':') => {}
            Some(_) => self.saw(Family::Colons),
        }
        self.cursor.advance();
        let value = self.member_value();
        members.set(key, value);

        let mut after = After::Nothing;
        match self.cursor.peek() {
            Some(',') => {
                after = After::Comma;
                self.cursor.advance();
            }
            Some('\'' | '"') => {
                self.saw(Family::DoubledQuotes);
                self.cursor.advance();
            }
            _ => {}
        }
        if self.cursor.peek() == Some(']') && self.places.is_within(Place::Item) {
            self.saw(Family::MissingClosers);
            after = After::Object;
        }
        after
    }

    fn member_value(&mut self) -> Value {
        self.places.enter(Place::Value);
        self.skip_space_and_comments();
        let value = match self.cursor.peek() {
            Some(',' | '}') => {
                self.saw(Family::MissingValues);
                empty()
            }
            _ => self.value(),
        };
        self.places.leave();
        value
    }

    /// Whether a key that is known already begins a new object: it does unless it is written as a
    /// member usually is, in quotes between a comma and a colon.
    fn begins_new_object(&mut self, key_start: usize) -> bool {
        let before = self.cursor.before_space(key_start).map(|(_, char)| char);
        let first = self.cursor.char_at(key_start);
        let after = self.cursor.after_space(self.cursor.position);
        let is_usual = first.is_some_and(is_quote)
            && before == Some(',')
            && self.cursor.char_at(after) == Some(':');
        !is_usual
    }

    /// What may follow the closing brace and belongs to the object.
    fn after_object(&mut self, members: &mut Members) {
        if !self.places.is_top_level() {
            let in_object = self.places.is(Place::Key) || self.places.is(Place::Value);
            if self.cursor.peek() == Some('}') && !in_object {
                self.saw(Family::StrayClosers);
                self.cursor.advance();
            }
            return;
        }
        self.cursor.skip_space();
        if self.cursor.peek() != Some(',') {
            return;
        }
        self.cursor.advance();
        self.cursor.skip_space();
        if self.cursor.peek().is_some_and(is_quote) {
            self.saw(Family::LateMembers);
            if let Value::Map(late) = self.object() {
                for (key, value) in late {
                    members.set(key, value);
                }
            }
        }
    }
}

/// What stands after a member.
enum After {
    Nothing,
    Comma,
    /// The end of the object, whose closing brace is not there.
    Object,
}
