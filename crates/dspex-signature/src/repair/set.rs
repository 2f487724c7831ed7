//! Braces without members: an empty object, items without keys, or members whose quotes are
//! escaped.

use super::{Family, characters::is_quote, parser::Parser, place::Place};
use crate::{Value, value::unicode::is_space};

impl Parser<'_> {
    /// What the braces that began before `start` hold when no member was found in them, or `None`
    /// where they are an empty object.
    pub(super) fn object_without_members(&mut self, start: usize) -> Option<Value> {
        let end = self.cursor.position;
        if !self.cursor.has_chars_between(start, end, 3) {
            return None;
        }
        self.cursor.spend(end.saturating_sub(start).min(self.cursor.len()));
        let closer = self.cursor.before(end);
        let is_closed = self.cursor.char_at(closer) == Some('}');
        if is_closed && is_blank(&without_comments(self.cursor.slice(start, closer))) {
            return None;
        }
        let opener = self.cursor.before(start);
        let after = self.cursor.after(end);
        self.saw(Family::SetObjects);
        match classify(self.cursor.slice(start, after)) {
            Braces::Empty => None,
            Braces::EscapedMembers => {
                let braces = self.cursor.slice(opener, after);
                let unescaped = braces.replace("\\\"", "\"").replace("\\'", "'");
                self.cursor.replace(opener, after, &unescaped);
                Some(self.again(start, Self::object))
            }
            Braces::Items => Some(self.again(start, |parser| Value::List(parser.list(']')))),
        }
    }

    /// Reads the braces again, in another way; the library takes them for a key while it does.
    fn again(&mut self, start: usize, read: impl FnOnce(&mut Self) -> Value) -> Value {
        self.cursor.position = start;
        self.places.enter(Place::Key);
        let value = read(self);
        self.places.leave();
        self.pending_keys += 1;
        value
    }
}

/// What braces without members are taken for.
enum Braces {
    Empty,
    EscapedMembers,
    Items,
}

fn classify(inner: &str) -> Braces {
    let inner = inner.strip_suffix('}').unwrap_or(inner).trim_start_matches(is_space);
    if inner.is_empty() {
        return Braces::Empty;
    }
    let is_escaped = |start: &str, end: &str| inner.starts_with(start) && inner.contains(end);
    if is_escaped("\\\"", "\\\":") || is_escaped("\\'", "\\':") {
        return Braces::EscapedMembers;
    }
    let inner = without_comments(inner);
    let inner = inner.trim_start_matches(is_space);
    let mut outside = Outside::default();
    if inner.is_empty() || inner.chars().any(|char| outside.step(char) && char == ':') {
        return Braces::Empty;
    }
    Braces::Items
}

/// The text without its comments, except for those in quotes.
fn without_comments(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut outside = Outside::default();
    let mut position = 0;
    while let Some(char) = text[position..].chars().next() {
        let rest = &text[position..];
        let line_end = || rest.find(['\n', '\r']).unwrap_or(rest.len());
        let comment_length = match char {
            _ if outside.quote.is_some() => None,
            '#' => Some(line_end()),
            '/' if rest.starts_with("//") => Some(line_end()),
            '/' if rest.starts_with("/*") => {
                Some(rest[2..].find("*/").map_or(rest.len(), |end| end + 4))
            }
            _ => None,
        };
        match comment_length {
            Some(length) => {
                outside.is_escaped = false;
                position += length;
            }
            None => {
                outside.step(char);
                kept.push(char);
                position += char.len_utf8();
            }
        }
    }
    kept
}

fn is_blank(text: &str) -> bool {
    text.chars().all(is_space)
}

/// Tells what stands outside of quotes; the same character opens and closes them.
#[derive(Default)]
struct Outside {
    quote: Option<char>,
    is_escaped: bool,
}

impl Outside {
    /// Whether `char` stands outside, is no quote itself and is not escaped.
    fn step(&mut self, char: char) -> bool {
        if char == '\\' {
            self.is_escaped = !self.is_escaped;
            return false;
        }
        let is_escaped = std::mem::take(&mut self.is_escaped);
        match self.quote {
            Some(quote) => {
                if char == quote && !is_escaped {
                    self.quote = None;
                }
                false
            }
            None if is_quote(char) && !is_escaped => {
                self.quote = Some(char);
                false
            }
            None => !is_escaped,
        }
    }
}
