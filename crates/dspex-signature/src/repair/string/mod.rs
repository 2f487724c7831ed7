//! Texts: quoted in any way or not at all, and ended where the library would end them.
//!
//! A text that stands as JSON wants it is taken in one step ([`simple`]). For others, [`opening`]
//! finds out how the text is quoted, [`body`] reads it, and asks the rest of this folder what each
//! quote, brace, comma and backslash means.

mod body;
mod brace;
mod comma;
mod container;
mod escape;
mod fence;
mod opening;
mod quote;
mod simple;

use super::{
    Family,
    characters::is_quote,
    lookahead::Targets,
    parser::{Parser, empty},
    place::Place,
};
use crate::{Value, value::unicode::is_space};
use opening::Opening;

impl Parser<'_> {
    /// The next text. A bare word of JSON comes as its value, and what a code fence within quotes
    /// holds as that.
    pub(super) fn string(&mut self) -> Value {
        let mut text = match self.opening() {
            Opening::Done(value) => return value,
            Opening::Text(text) => text,
        };
        let last = self.body(&mut text);
        self.finished(text, last)
    }

    /// What the text is when its body has ended at `last`.
    fn finished(&mut self, mut text: Text, last: Option<char>) -> Value {
        let is_bare_key = text.is_bare && text.place == Place::Key;
        if is_bare_key && last.is_some_and(is_space) {
            // A word and white space, but neither a colon nor a comma: taken for a remark.
            self.cursor.skip_space();
            if !matches!(self.cursor.peek(), Some(':' | ',')) {
                return empty();
            }
        }
        if last == Some(text.closer) {
            self.cursor.advance();
        } else {
            if !text.is_bare {
                self.saw(Family::MissingQuotes);
            }
            text.trim_end();
        }
        if text.is_bare || text.content.ends_with('\n') {
            text.trim_end();
        }
        Value::Text(text.content)
    }
}

/// A text while it is being read.
struct Text {
    content: String,
    /// What opens a text of this kind.
    opener: char,
    /// What closes it.
    closer: char,
    place: Place,
    /// Whether it has no quotes.
    is_bare: bool,
    /// Whether it began with two quotes, and so has to end with two.
    is_doubly_quoted: bool,
    /// Whether the next quote closes a quotation within the text.
    in_quotation: bool,
    /// How many quotations that began with `„` are open.
    low_quotations: usize,
    /// Whether the next bracket or brace opens a container that belongs to the text.
    expects_container: bool,
    /// The containers that are open within the text.
    containers: Vec<char>,
    /// How many braces are open within the text.
    braces: usize,
    /// Where in the content a class of characters, as in a regular expression, may have begun.
    class_start: Option<usize>,
    /// The last white space in the content.
    last_space: Option<usize>,
    /// Whether neither quotes nor brackets follow, so that commas belong to the text.
    is_last: bool,
    found: Vec<Found>,
}

/// What a look-ahead has found, and for which starts it holds.
#[derive(Clone, Copy)]
struct Found {
    targets: Targets,
    start: usize,
    place: Option<usize>,
}

impl Text {
    const fn new(place: Place, opener: char, closer: char) -> Self {
        Self {
            content: String::new(),
            opener,
            closer,
            place,
            is_bare: false,
            is_doubly_quoted: false,
            in_quotation: false,
            low_quotations: 0,
            expects_container: false,
            containers: Vec::new(),
            braces: 0,
            class_start: None,
            last_space: None,
            is_last: false,
            found: Vec::new(),
        }
    }

    fn push(&mut self, char: char) {
        match char {
            '{' => self.braces += 1,
            '}' => self.braces = self.braces.saturating_sub(1),
            '[' => self.class_start = Some(self.content.len() + 1),
            ']' => self.class_start = None,
            _ if is_space(char) => self.last_space = Some(self.content.len()),
            _ => {}
        }
        self.content.push(char);
    }

    /// Appends characters that [`Text::push`] would append, letters and spaces among them.
    fn push_plain(&mut self, plain: &str) {
        if let Some(space) = plain.rfind(' ') {
            self.last_space = Some(self.content.len() + space);
        }
        self.content.push_str(plain);
    }

    fn ends_with_backslash(&self) -> bool {
        self.content.ends_with('\\')
    }

    fn trim_end(&mut self) {
        self.content.truncate(self.content.trim_end_matches(is_space).len());
    }

    /// Whether both the text's own quotes are this character or its counterpart.
    const fn is_own_quote(&self, char: char) -> bool {
        char == self.opener || char == self.closer
    }
}

impl Parser<'_> {
    /// Keeps the character at the position as a part of the text; gives the next one.
    fn keep(&mut self, text: &mut Text, char: char) -> Option<char> {
        text.push(char);
        self.cursor.advance();
        self.cursor.peek()
    }

    /// As [`super::cursor::Cursor::find`], with the library's memory for one text: a hit holds
    /// for every start before it, even for one on an escaped target.
    fn find_within(&mut self, text: &mut Text, targets: Targets, start: usize) -> usize {
        let known = text.found.iter().position(|found| found.targets == targets);
        if let Some(found) = known.map(|known| text.found[known])
            && found.start <= start
        {
            match found.place {
                None => return self.cursor.len(),
                Some(place) if start <= place => return place,
                Some(_) => {}
            }
        }
        let place = self.cursor.find(targets, start);
        let hit = self.cursor.char_at(place).map(|_| place);
        if hit.is_none() || self.cursor.char_before(place) != Some('\\') {
            let found = Found { targets, start, place: hit };
            match known {
                Some(known) => text.found[known] = found,
                None => text.found.push(found),
            }
        }
        place
    }
}

/// What closes the text that this quote opens, where texts are skipped as a whole.
const fn counterpart(quote: char) -> char {
    match quote {
        '“' => '”',
        _ => quote,
    }
}

/// What closes the container that this character opens.
const fn closer_of(opener: char) -> Option<char> {
    match opener {
        '{' => Some('}'),
        '[' => Some(']'),
        '(' => Some(')'),
        _ => None,
    }
}

/// Whether the character may begin a key in quotes.
fn begins_key(char: Option<char>) -> bool {
    char.is_some_and(is_quote)
}
