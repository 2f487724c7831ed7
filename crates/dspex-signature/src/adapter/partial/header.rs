//! The start of a line while it may be a header.

use super::super::chat_text::{HEADER_CLOSE, HEADER_OPEN};
use crate::value::unicode::{is_space, is_word};

/// How much of `[[ ## name ## ]]` a line begins with, white space before it aside.
#[derive(Clone, Debug, Default)]
pub(super) struct HeaderStart {
    /// All of the line so far.
    line: String,
    n_indent: usize,
    part: Part,
    /// Where the name stands in the line.
    name: (usize, usize),
}

#[derive(Clone, Copy, Debug, Default)]
enum Part {
    #[default]
    Indent,
    /// So many characters of what stands before the name.
    Open(usize),
    Name,
    /// So many characters of what stands behind it.
    Close(usize),
}

/// What a line is known to be.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// A header or none.
    Unknown,
    Header,
    Plain,
}

impl HeaderStart {
    /// Adds a character to the line.
    pub(super) fn push(&mut self, char: char) -> Line {
        let at = self.line.len();
        self.line.push(char);
        let matches =
            |text: &str, n: usize| text.as_bytes()[n] == char as u32 as u8 && char.is_ascii();
        self.part = match self.part {
            Part::Indent if is_space(char) => {
                self.n_indent += 1;
                Part::Indent
            }
            Part::Indent if matches(HEADER_OPEN, 0) => Part::Open(1),
            Part::Open(n) if matches(HEADER_OPEN, n) => match n + 1 == HEADER_OPEN.len() {
                true => {
                    self.name = (at + 1, at + 1);
                    Part::Name
                }
                false => Part::Open(n + 1),
            },
            Part::Name if is_word(char) => {
                self.name.1 = self.line.len();
                Part::Name
            }
            Part::Name if self.name.0 < self.name.1 && matches(HEADER_CLOSE, 0) => Part::Close(1),
            Part::Close(n) if matches(HEADER_CLOSE, n) => match n + 1 == HEADER_CLOSE.len() {
                true => return Line::Header,
                false => Part::Close(n + 1),
            },
            _ => return Line::Plain,
        };
        Line::Unknown
    }

    pub(super) fn line(&self) -> &str {
        &self.line
    }

    /// The name in a header that is whole.
    pub(super) fn name(&self) -> &str {
        &self.line[self.name.0..self.name.1]
    }

    /// What DSPy takes for content: it cuts the header off as if it were not indented.
    pub(super) fn rest(&self) -> &str {
        let n_chars = self.line.chars().count() - self.n_indent;
        self.line.char_indices().nth(n_chars).map_or("", |(at, _)| &self.line[at..])
    }

    /// Begins the next line.
    pub(super) fn clear(&mut self) {
        self.line.clear();
        (self.n_indent, self.part) = (0, Part::Indent);
    }
}
