//! Python's tokens, as far as function parameters need them.

use std::ops::Range;

use super::text_literal;
use crate::literal::{Number, number};
use crate::{SignatureFault, Value};

/// A token and its place, as a range of bytes in the whole text.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Token<'s> {
    pub(super) kind: Kind<'s>,
    pub(super) span: Range<usize>,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind<'s> {
    /// A name or a keyword.
    Name(&'s str),
    /// An integer or a float, as its value.
    Number(Value),
    /// A complex number, or an integer too long to be written so.
    OtherNumber,
    /// A string, unescaped.
    Text(String),
    /// A bytes literal.
    Bytes,
    /// `...`
    Ellipsis,
    /// Any other character of ASCII.
    Symbol(char),
    /// Not a token of Python.
    Bad(Box<SignatureFault>),
    /// The end of the side.
    End,
}

/// Splits one side of a signature into tokens; the last one is [`Kind::End`].
pub(super) fn tokens(source: &str, side: Range<usize>) -> Vec<Token<'_>> {
    let mut lexer = Lexer { source: &source[..side.end], position: side.start };
    let mut tokens = Vec::new();
    loop {
        let token = lexer.next();
        let is_end = token.kind == Kind::End;
        tokens.push(token);
        if is_end {
            return tokens;
        }
    }
}

struct Lexer<'s> {
    /// The text up to the end of the side.
    source: &'s str,
    position: usize,
}

impl<'s> Lexer<'s> {
    fn next(&mut self) -> Token<'s> {
        if let Some(fault) = self.skip_space() {
            let span = fault.span.clone().unwrap_or(self.position..self.position);
            return Token { kind: Kind::Bad(Box::new(fault)), span };
        }
        let start = self.position;
        let kind = match self.peek() {
            None => Kind::End,
            Some('\'' | '"') => self.string(start, ""),
            Some(char) if char.is_ascii_digit() => self.number(start),
            Some('.') if self.rest()[1..].starts_with(|char: char| char.is_ascii_digit()) => {
                self.number(start)
            }
            Some('.') if self.rest().starts_with("...") => {
                self.position += 3;
                Kind::Ellipsis
            }
            Some(char) if is_word(char) => self.word(start),
            Some(char) => {
                self.position += char.len_utf8();
                self.symbol(char, start)
            }
        };
        Token { kind, span: start..self.position }
    }

    fn rest(&self) -> &'s str {
        &self.source[self.position..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// Passes over white space, continued lines and comments; everything stands in the parentheses
    /// of a function, so that new lines count for nothing.
    fn skip_space(&mut self) -> Option<SignatureFault> {
        loop {
            let start = self.position;
            match self.peek() {
                Some(' ' | '\t' | '\n' | '\r' | '\u{c}') => self.position += 1,
                Some('\\') if self.rest()[1..].starts_with(['\n', '\r']) => self.position += 2,
                Some('#') => match self.rest().find(['\n', '\r']) {
                    Some(length) => self.position += length + 1,
                    None => {
                        self.position = self.source.len();
                        let fault = SignatureFault::new("comment runs to the end of its side");
                        return Some(
                            fault
                                .at(start..self.position)
                                .hint("end it with a new line, or leave it out"),
                        );
                    }
                },
                _ => return None,
            }
        }
    }

    fn word(&mut self, start: usize) -> Kind<'s> {
        self.skip_while(is_word);
        let word = &self.source[start..self.position];
        let is_prefix = word.len() <= 2 && word.bytes().all(|byte| b"rRbBuUfF".contains(&byte));
        if is_prefix && self.rest().starts_with(['\'', '"']) {
            return self.string(start, word);
        }
        Kind::Name(word)
    }

    fn string(&mut self, start: usize, prefix: &str) -> Kind<'s> {
        let read = text_literal::read(self.rest(), prefix);
        self.position += read.length;
        let span = start..self.position;
        match read.value {
            Ok(Some(text)) => Kind::Text(text),
            Ok(None) => Kind::Bytes,
            Err(fault) => {
                let fault = if fault.span.is_some() { *fault } else { fault.at(span) };
                Kind::Bad(Box::new(fault))
            }
        }
    }

    fn number(&mut self, start: usize) -> Kind<'s> {
        match number(self.rest()) {
            // Two points are two numbers to Python, and none to whoever wrote them.
            Ok((number, length)) if !self.rest()[length..].starts_with('.') => {
                self.position += length;
                match number {
                    Number::Real(value) => Kind::Number(value),
                    Number::Imaginary | Number::Huge => Kind::OtherNumber,
                }
            }
            _ => self.no_number(start),
        }
    }

    fn no_number(&mut self, start: usize) -> Kind<'s> {
        self.skip_while(|char| is_word(char) || char == '.');
        let text = &self.source[start..self.position];
        let fault = SignatureFault::new(format!("`{text}` is neither a name nor a number"));
        let fault = fault.at(start..self.position);
        let begins = text.starts_with(|char: char| char.is_ascii_digit());
        Kind::Bad(Box::new(match text.contains(char::is_alphabetic) && begins {
            true => fault.hint("a name begins with a letter"),
            false => fault,
        }))
    }

    fn symbol(&mut self, char: char, start: usize) -> Kind<'s> {
        if char.is_ascii_graphic() && !matches!(char, '$' | '?' | '`' | '\\' | '!') {
            return Kind::Symbol(char);
        }
        let fault = SignatureFault::new(format!("unexpected character {char:?}"));
        let fault = fault.at(start..self.position);
        Kind::Bad(Box::new(match char {
            '?' => fault.hint("an optional value has the type `Optional[...]`"),
            '“' | '”' | '‘' | '’' | '«' | '»' => {
                fault.hint("write straight quotes: `'...'`")
            }
            '，' | '、' => fault.hint("write `,`"),
            '：' => fault.hint("write `:`"),
            '`' => fault.hint("field names stand without quotes"),
            _ => fault,
        }))
    }

    fn skip_while(&mut self, takes: impl Fn(char) -> bool) {
        let rest = self.rest();
        self.position += rest.find(|char| !takes(char)).unwrap_or(rest.len());
    }
}

/// Whether a character can be part of a Python name, or might be: what lies beyond ASCII is
/// judged as part of the name, except for what certainly is punctuation or a picture.
fn is_word(char: char) -> bool {
    match char {
        '\0'..='\x7f' => char.is_ascii_alphanumeric() || char == '_',
        '\u{80}'..='\u{a9}'
        | '«'
        | '\u{ac}'
        | '\u{ae}'..='\u{b4}'
        | '¶'
        | '\u{b8}'..='¹'
        | '\u{bb}'..='\u{bf}'
        | '×'
        | '÷' => false,
        '\u{2000}'..='\u{203e}' | '\u{2041}'..='\u{2053}' | '\u{2055}'..='\u{206f}' => false,
        '\u{2190}'..='\u{2bff}' | '\u{3000}'..='\u{3003}' | '\u{3008}'..='\u{3020}' => false,
        '\u{ff01}'..='\u{ff0f}' | '\u{ff1a}'..='\u{ff20}' => false,
        '\u{1f000}'..='\u{1faff}' => false,
        _ => true,
    }
}
