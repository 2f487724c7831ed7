//! Parentheses: tuples and values that are grouped for nothing.

use super::{
    Family,
    characters::{is_digit, is_quote},
    parser::Parser,
};
use crate::{Value, value::unicode::is_space};

impl Parser<'_> {
    /// What stands in the parentheses at the position: a list, or the one value in them.
    pub(super) fn group(&mut self) -> Value {
        self.saw(Family::Parentheses);
        let is_tuple = self.is_tuple();
        self.cursor.advance();
        let mut items = self.list(')');
        match items.pop() {
            Some(only) if !is_tuple && items.is_empty() => only,
            last => {
                items.extend(last);
                Value::List(items)
            }
        }
    }

    /// Whether the parentheses at the position make a tuple: they have a comma, or nothing.
    fn is_tuple(&mut self) -> bool {
        let mut scan = GroupScan::default();
        let mut has_content = false;
        let start = self.cursor.after(self.cursor.position);
        let mut position = start;
        let mut is_tuple = None;
        while let Some(char) = self.cursor.char_at(position) {
            let is_outside = scan.is_outside();
            match scan.step(char) {
                Seen::Escape | Seen::Text => {}
                Seen::Quote => has_content |= is_outside,
                Seen::Other => {
                    if is_outside {
                        match char {
                            ')' => break,
                            ',' => {
                                is_tuple = Some(true);
                                break;
                            }
                            _ => has_content |= !is_space(char),
                        }
                    }
                }
            }
            position = self.cursor.after(position);
        }
        self.cursor.spend(position - start);
        is_tuple.unwrap_or(!has_content)
    }

    /// Whether the parenthesis at the position, outside of all values, begins a value: it stands
    /// alone on its lines, and what follows it can begin a value.
    pub(super) fn group_stands_alone(&mut self) -> bool {
        let open = self.cursor.position;
        self.is_first_on_line(open)
            && self.can_begin_value(open + 1)
            && self.ends_its_line(open + 1)
    }

    fn is_first_on_line(&mut self, position: usize) -> bool {
        let mut before = position;
        while let Some(char) = self.cursor.char_before(before) {
            if matches!(char, '\n' | '\r') {
                break;
            }
            if !is_space(char) {
                return false;
            }
            before = self.cursor.before(before);
        }
        self.cursor.spend(position - before);
        true
    }

    fn can_begin_value(&mut self, position: usize) -> bool {
        let first = self.cursor.after_space(position);
        let Some(char) = self.cursor.char_at(first) else { return false };
        let begins_with = |word: &str| {
            let start = self.cursor.slice(first, first + word.len());
            start.eq_ignore_ascii_case(word)
        };
        is_quote(char)
            || is_digit(char)
            || matches!(char, ')' | '{' | '[' | '(' | '-' | '.')
            || ["true", "null", "none", "false"].into_iter().any(begins_with)
    }

    /// Whether nothing follows the group on the line where it is closed; a group that is not
    /// closed will do.
    fn ends_its_line(&mut self, start: usize) -> bool {
        let mut scan = GroupScan { may_be_negative: true, ..GroupScan::default() };
        let mut position = start;
        while let Some(char) = self.cursor.char_at(position) {
            let is_outside = scan.is_outside();
            let is_closed = matches!(scan.step(char), Seen::Other) && is_outside && char == ')';
            position = self.cursor.after(position);
            if is_closed {
                break;
            }
        }
        while let Some(char) = self.cursor.char_at(position) {
            if matches!(char, '\n' | '\r') {
                break;
            }
            if !is_space(char) {
                self.cursor.spend(position - start);
                return false;
            }
            position = self.cursor.after(position);
        }
        self.cursor.spend(position - start);
        true
    }
}

/// How deep a look-ahead within a group has come.
#[derive(Default)]
struct GroupScan {
    parentheses: isize,
    brackets: usize,
    braces: usize,
    quote: Option<char>,
    is_escaped: bool,
    /// One of the library's two scans counts parentheses below zero within brackets.
    may_be_negative: bool,
}

enum Seen {
    Escape,
    Text,
    Quote,
    Other,
}

impl GroupScan {
    /// Whether the next character stands in the group itself, outside of what it holds.
    const fn is_outside(&self) -> bool {
        self.parentheses == 0 && self.brackets == 0 && self.braces == 0
    }

    fn step(&mut self, char: char) -> Seen {
        if char == '\\' {
            self.is_escaped = !self.is_escaped;
            return Seen::Escape;
        }
        let is_escaped = std::mem::take(&mut self.is_escaped);
        if let Some(quote) = self.quote {
            if char == quote && !is_escaped {
                self.quote = None;
            }
            return Seen::Text;
        }
        if is_quote(char) && !is_escaped {
            self.quote = Some(char);
            return Seen::Quote;
        }
        match char {
            '(' => self.parentheses += 1,
            ')' if self.parentheses > 0 || self.may_be_negative => self.parentheses -= 1,
            '[' => self.brackets += 1,
            ']' => self.brackets = self.brackets.saturating_sub(1),
            '{' => self.braces += 1,
            '}' => self.braces = self.braces.saturating_sub(1),
            _ => {}
        }
        Seen::Other
    }
}
