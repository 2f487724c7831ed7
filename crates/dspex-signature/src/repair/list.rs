//! Lists, and groups in parentheses, which are lists too.

use std::cmp::Ordering;

use super::{
    Family, characters::is_quote, lookahead::Targets, parser::Parser, place::Place,
    same_shape::is_empty_container,
};
use crate::{Value, value::growth};

impl Parser<'_> {
    /// The items after the opening bracket; consumes what closes them.
    pub(super) fn items(&mut self, closer: char) -> Vec<Value> {
        let mut list = List {
            start: self.cursor.position,
            closer,
            is_member: self.places.is(Place::Value),
            items: Vec::new(),
            containers: 0,
            commas: 0,
        };
        self.places.enter(Place::Item);
        let ends_before_member = loop {
            self.skip_space_and_comments();
            match self.cursor.peek() {
                None | Some('}') => break false,
                Some(char) if char == closer => break false,
                Some(',') => {
                    list.commas += 1;
                    self.cursor.advance();
                }
                Some(char) => match self.item(char, &list) {
                    Some(item) => self.keep_item(&mut list, item),
                    None => break true,
                },
            }
            self.cursor.spend(1);
        };
        self.places.leave();
        if list.commas > 0 {
            self.saw(Family::ExtraCommas);
        }
        if self.cursor.peek() != Some(closer) {
            self.saw(Family::MissingClosers);
        }
        if !ends_before_member {
            self.cursor.advance();
        }
        list.items.shrink_to_fit();
        list.items
    }

    /// One item, or `None` where the next member of an object shows that the list was not closed.
    fn item(&mut self, first: char, list: &List) -> Option<Value> {
        if !is_quote(first) {
            return Some(self.value());
        }
        if !self.is_key_ahead(first) {
            return Some(self.string());
        }
        if list.is_member && !list.items.is_empty() && list.containers == 0 {
            return None;
        }
        // An object that lacks its brace.
        self.saw(Family::MissingOpener);
        Some(self.object())
    }

    /// Whether the quoted text at the position is followed by a colon.
    fn is_key_ahead(&mut self, quote: char) -> bool {
        let start = self.cursor.after(self.cursor.position);
        let end = self.cursor.find(Targets::one(quote), start);
        let colon = self.cursor.after(end);
        let colon = self.cursor.after_space(colon);
        self.cursor.char_at(colon) == Some(':')
    }

    fn keep_item(&mut self, list: &mut List, item: Value) {
        let next = self.cursor.peek();
        let is_separated = next == Some(',') || next == Some(list.closer);
        if is_empty_container(&item) && !is_separated {
            self.saw(Family::StrayCharacters);
            self.cursor.advance();
            return;
        }
        let is_dots = matches!(&item, Value::Text(text) if text == "...");
        if is_dots && self.cursor.char_before(self.cursor.position) == Some('.') {
            self.saw(Family::Ellipses);
            return;
        }
        match list.commas.cmp(&usize::from(!list.items.is_empty())) {
            Ordering::Less => self.saw(Family::MissingCommas),
            Ordering::Equal => {}
            Ordering::Greater => self.saw(Family::ExtraCommas),
        }
        list.commas = 0;
        list.containers += usize::from(matches!(item, Value::List(_) | Value::Map(_)));
        let position = self.cursor.position;
        let n_left = self.cursor.len().saturating_sub(position);
        growth::push(&mut list.items, item, position.saturating_sub(list.start), n_left);
    }
}

/// A list while it is being read.
struct List {
    start: usize,
    closer: char,
    /// Whether it is the value of a member.
    is_member: bool,
    items: Vec<Value>,
    /// How many of the items are lists and objects.
    containers: usize,
    /// How many commas stand after the last item.
    commas: usize,
}
