//! A text into Python's tokens, as its reader of expressions makes them.

use super::{
    number::{Number, number},
    quoted::{EscapeFault, quoted, unescape, unescape_bytes},
};
use crate::value::unicode::is_identifier;

/// One token.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token<'s> {
    Number(Number),
    /// A string; `None` where its value is not known here.
    Text(Option<String>),
    Bytes(Vec<u8>),
    /// An f-string with its prefix and quotes.
    Formatted(&'s str),
    /// A name or a keyword, as it is written.
    Name(&'s str),
    /// `...`
    Ellipsis,
    /// Any other character.
    Symbol(char),
    /// The end of a line that is neither empty nor within brackets.
    NewLine,
    End,
}

/// Python raises a `SyntaxError` at the latest when it reads the next token.
#[derive(Debug)]
pub(super) struct Malformed;

pub(super) struct Tokens<'s> {
    rest: &'s str,
    at_line_start: bool,
    /// The brackets that are open.
    open: Vec<u8>,
}

impl<'s> Tokens<'s> {
    /// The tokens of a text whose lines end with `\n`.
    pub(super) const fn new(text: &'s str) -> Self {
        Self { rest: text, at_line_start: true, open: Vec::new() }
    }

    /// How many brackets are open.
    pub(super) const fn depth(&self) -> usize {
        self.open.len()
    }

    pub(super) fn next(&mut self) -> Result<Token<'s>, Malformed> {
        loop {
            let is_blank = self.at_line_start && self.line_start()?;
            self.at_line_start = false;
            self.skip_space()?;
            let Some(first) = self.rest.bytes().next() else {
                return if self.open.is_empty() { Ok(Token::End) } else { Err(Malformed) };
            };
            if first != b'\n' {
                return self.token(first);
            }
            self.rest = &self.rest[1..];
            self.at_line_start = true;
            if !is_blank && self.open.is_empty() {
                return Ok(Token::NewLine);
            }
        }
    }

    /// Passes over what a line starts with, and tells whether nothing but a comment follows. A
    /// line that is indented ends the reading, because an expression has no blocks.
    fn line_start(&mut self) -> Result<bool, Malformed> {
        let mut column = 0;
        let mut continued_column = 0;
        loop {
            match self.rest.bytes().next() {
                // A tab goes on to the next stop; only zero or more matters.
                Some(b' ' | b'\t') => column += 1,
                Some(b'\x0c') => column = 0,
                Some(b'\\') => {
                    if continued_column == 0 {
                        continued_column = column;
                    }
                    self.continue_line()?;
                    continue;
                }
                next => {
                    let is_blank = matches!(next, Some(b'#' | b'\n'));
                    let column = if continued_column > 0 { continued_column } else { column };
                    let is_indented = !is_blank && self.open.is_empty() && column > 0;
                    return if is_indented { Err(Malformed) } else { Ok(is_blank) };
                }
            }
            self.rest = &self.rest[1..];
        }
    }

    /// Passes over white space, continued lines and a comment.
    fn skip_space(&mut self) -> Result<(), Malformed> {
        loop {
            self.rest = self.rest.trim_start_matches([' ', '\t', '\x0c']);
            match self.rest.bytes().next() {
                Some(b'\\') => self.continue_line()?,
                Some(b'#') => {
                    let end = self.rest.find('\n').unwrap_or(self.rest.len());
                    self.rest = &self.rest[end..];
                    return Ok(());
                }
                _ => return Ok(()),
            }
        }
    }

    /// Passes over a backslash at the end of a line, which cannot be the last one.
    fn continue_line(&mut self) -> Result<(), Malformed> {
        let rest = self.rest.strip_prefix("\\\n").filter(|rest| !rest.is_empty());
        self.rest = rest.ok_or(Malformed)?;
        Ok(())
    }

    fn token(&mut self, first: u8) -> Result<Token<'s>, Malformed> {
        let second = self.rest.as_bytes().get(1);
        match first {
            b'0'..=b'9' => self.number(),
            b'.' if second.is_some_and(u8::is_ascii_digit) => self.number(),
            b'.' if self.rest.starts_with("...") => {
                self.rest = &self.rest[3..];
                Ok(Token::Ellipsis)
            }
            b'\'' | b'"' => self.string(0),
            b'a'..=b'z' | b'A'..=b'Z' | b'_' | 0x80.. => self.name(),
            _ => self.symbol(first),
        }
    }

    fn number(&mut self) -> Result<Token<'s>, Malformed> {
        let (number, length) = number(self.rest).map_err(|_| Malformed)?;
        self.rest = &self.rest[length..];
        Ok(Token::Number(number))
    }

    fn name(&mut self) -> Result<Token<'s>, Malformed> {
        let is_part = |char: char| char.is_ascii_alphanumeric() || char == '_' || !char.is_ascii();
        let end = self.rest.find(|char| !is_part(char)).unwrap_or(self.rest.len());
        let (name, rest) = self.rest.split_at(end);
        let is_prefix = name.len() <= 2
            && matches!(
                name.to_ascii_lowercase().as_str(),
                "b" | "u" | "r" | "f" | "br" | "rb" | "fr" | "rf"
            );
        if is_prefix && rest.starts_with(['\'', '"']) {
            return self.string(end);
        }
        if !name.is_ascii() && !is_identifier(name) {
            return Err(Malformed);
        }
        self.rest = rest;
        Ok(Token::Name(name))
    }

    /// Reads a string whose prefix has this length.
    fn string(&mut self, n_prefix: usize) -> Result<Token<'s>, Malformed> {
        let (prefix, rest) = self.rest.split_at(n_prefix);
        let read = quoted(rest).map_err(|_| Malformed)?;
        let whole = &self.rest[..n_prefix + read.length];
        self.rest = &self.rest[whole.len()..];
        let has = |letter: char| prefix.contains([letter, letter.to_ascii_uppercase()]);
        if has('f') {
            return Ok(Token::Formatted(whole));
        }
        match (has('b'), has('r')) {
            (true, true) if read.body.is_ascii() => Ok(Token::Bytes(read.body.into())),
            (true, true) => Err(Malformed),
            (true, false) => unescape_bytes(read.body).map(Token::Bytes).ok_or(Malformed),
            (false, true) => Ok(Token::Text(Some(read.body.to_owned()))),
            (false, false) => match unescape(read.body) {
                Ok(text) => Ok(Token::Text(Some(text))),
                Err(EscapeFault::Named | EscapeFault::Surrogate) => Ok(Token::Text(None)),
                Err(_) => Err(Malformed),
            },
        }
    }

    fn symbol(&mut self, first: u8) -> Result<Token<'s>, Malformed> {
        self.rest = &self.rest[1..];
        let is_equal = self.rest.starts_with('=');
        match first {
            b'(' => self.open.push(b')'),
            b'[' => self.open.push(b']'),
            b'{' => self.open.push(b'}'),
            b')' | b']' | b'}' if self.open.pop() != Some(first) => return Err(Malformed),
            b'$' | b'?' | b'`' | 0..=b' ' | 0x7f => return Err(Malformed),
            b'!' if !is_equal => return Err(Malformed),
            _ => {}
        }
        Ok(Token::Symbol(char::from(first)))
    }
}
