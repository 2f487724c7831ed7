//! Numbers, and what only looks like one.

use super::{Family, characters::is_alphabetic, parser::Parser, place::Place};
use crate::{BigInt, Value};

/// Python 3.11 refuses to read an integer with more digits than this.
const MAX_INT_DIGITS: usize = 4300;

impl Parser<'_> {
    /// A number; a text where the characters of numbers make none, as in `1/3` or `1,234`.
    pub(super) fn number(&mut self) -> Value {
        let start = self.cursor.position;
        let in_list = self.places.is(Place::Item);
        let mut number = String::new();
        while let Some(char) = self.cursor.peek() {
            let belongs = match char {
                '+' => number.ends_with(['e', 'E']),
                ',' => !in_list,
                _ => matches!(char, '0'..='9' | '-' | '.' | 'e' | 'E' | '/' | '_'),
            };
            if !belongs {
                break;
            }
            if char != '_' {
                number.push(char);
            }
            self.cursor.advance();
        }
        if self.cursor.peek().is_some_and(is_alphabetic) {
            self.cursor.position = start;
            return self.string();
        }
        if number.ends_with(['+', '-', 'e', 'E', '/', ',']) {
            number.pop();
            self.cursor.position = self.cursor.before(self.cursor.position);
        }
        let written = self.cursor.slice(start, self.cursor.position);
        if Value::from_json(written).is_err() {
            self.saw(Family::Numbers);
        }
        number_or_text(number)
    }
}

/// The number that Python reads in a text, or the text.
fn number_or_text(text: String) -> Value {
    let value = if text.contains(',') {
        None
    } else if text.contains(['.', 'e', 'E']) {
        text.parse().ok().map(Value::Float)
    } else if text.bytes().filter(u8::is_ascii_digit).count() > MAX_INT_DIGITS {
        None
    } else {
        BigInt::parse(&text)
    };
    value.unwrap_or(Value::Text(text))
}
