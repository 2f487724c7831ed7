//! Passes over the expressions that defaults are made of.

use super::{MAX_DEPTH, Parser};
use crate::{grammar::lexer::Kind, signature::is_keyword};

impl Parser<'_, '_> {
    /// Passes over constants, names, containers and calls of them; `false` where something else
    /// stands, which Python may or may not read.
    pub(super) fn expression(&mut self, depth: usize) -> bool {
        if depth > MAX_DEPTH {
            return false;
        }
        while self.take_symbol('-') || self.take_symbol('+') {}
        let is_read = match self.peek() {
            Kind::Text(_) => {
                while matches!(self.peek(), Kind::Text(_)) {
                    self.advance();
                }
                true
            }
            Kind::Name(word) if is_keyword(word) && !matches!(*word, "None" | "True" | "False") => {
                false
            }
            Kind::Number(_) | Kind::OtherNumber | Kind::Bytes | Kind::Ellipsis | Kind::Name(_) => {
                self.advance();
                true
            }
            Kind::Symbol('[') => self.items(']', depth),
            Kind::Symbol('(') => self.items(')', depth),
            Kind::Symbol('{') => self.braces(depth),
            _ => false,
        };
        is_read && self.trailers(depth)
    }

    /// `[...]`, `(...)`: expressions parted by commas.
    fn items(&mut self, close: char, depth: usize) -> bool {
        self.advance();
        while !self.take_symbol(close) {
            let is_item = self.expression(depth + 1)
                && (self.take_symbol(',') || *self.peek() == Kind::Symbol(close));
            if !is_item {
                return false;
            }
        }
        true
    }

    /// A dict or a set.
    fn braces(&mut self, depth: usize) -> bool {
        self.advance();
        let mut is_dict = None;
        while !self.take_symbol('}') {
            if !self.expression(depth + 1) {
                return false;
            }
            let has_value = self.take_symbol(':');
            if *is_dict.get_or_insert(has_value) != has_value
                || has_value && !self.expression(depth + 1)
                || !self.take_symbol(',') && *self.peek() != Kind::Symbol('}')
            {
                return false;
            }
        }
        true
    }

    /// `.name`, `[...]`, `(...)` behind a value.
    fn trailers(&mut self, depth: usize) -> bool {
        loop {
            match self.peek() {
                Kind::Symbol('.') => {
                    self.advance();
                    let Kind::Name(word) = self.peek() else { return false };
                    if is_keyword(word) {
                        return false;
                    }
                    self.advance();
                }
                Kind::Symbol('(') => {
                    if !self.items(')', depth) {
                        return false;
                    }
                }
                _ => return true,
            }
        }
    }
}
