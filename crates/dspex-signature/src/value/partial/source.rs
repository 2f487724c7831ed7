//! Tokens out of a text of which more may come: each is there once its end is.

use crate::value::Value;
use crate::value::json::{JsonErrorKind, Parser};

/// The unread text. What a token means is for the strict reader to say.
pub(super) struct Source<'a> {
    parser: Parser<'a>,
    /// Whether the text ends here.
    is_whole: bool,
    /// How many bytes of a key or a number were searched for its end: however many pieces it comes
    /// in, each byte is looked at once.
    n_searched: &'a mut usize,
}

impl<'a> Source<'a> {
    pub(super) const fn new(unread: &'a str, is_whole: bool, n_searched: &'a mut usize) -> Self {
        Self { parser: Parser::new(unread, false), is_whole, n_searched }
    }

    pub(super) const fn is_whole(&self) -> bool {
        self.is_whole
    }

    /// What is read so far.
    pub(super) fn read(&self) -> &'a str {
        self.parser.read()
    }

    /// The next byte that is not white space.
    pub(super) fn peek(&mut self) -> Option<u8> {
        self.parser.skip_space();
        self.parser.peek()
    }

    /// Goes past a byte of ASCII.
    pub(super) const fn skip(&mut self) {
        self.parser.position += 1;
    }

    /// The rest of a string without escapes whose end is there.
    pub(super) fn plain_text(&mut self) -> Option<&'a str> {
        self.parser.plain_string()
    }

    /// Adds to a text what is there of it; true at its end.
    pub(super) fn text(&mut self, text: &mut String) -> Result<bool, JsonErrorKind> {
        loop {
            text.push_str(self.parser.run());
            match self.parser.rest() {
                [] if !self.is_whole => return Ok(false),
                [b'"', ..] => {
                    self.skip();
                    return Ok(true);
                }
                [b'\\', ..] => {
                    if !self.is_whole && !is_whole_escape(self.parser.rest()) {
                        return Ok(false);
                    }
                    let char = self.parser.escape()?;
                    self.refuse_half_a_pair()?;
                    text.push(char);
                }
                // The text ends, or has a control character.
                _ => {
                    return Err(JsonErrorKind::Expected(match self.parser.peek() {
                        None => "`\"` at the end of the string",
                        Some(_) => "control characters to be escaped",
                    }));
                }
            }
        }
    }

    pub(super) fn key(&mut self) -> Result<Option<String>, JsonErrorKind> {
        let rest = self.parser.rest();
        // The quote before it is no end of it.
        let mut n_searched = (*self.n_searched).max(1);
        let has_end = loop {
            match rest.get(n_searched) {
                Some(b'"' | 0..=0x1f) => break true,
                Some(b'\\') if n_searched + 1 < rest.len() => n_searched += 2,
                Some(b'\\') | None => break false,
                Some(_) => n_searched += 1,
            }
        };
        if self.waits(has_end, n_searched) {
            return Ok(None);
        }
        let key = self.parser.string()?;
        self.refuse_half_a_pair()?;
        Ok(Some(key))
    }

    pub(super) fn number(&mut self) -> Result<Option<Value>, JsonErrorKind> {
        let is_within = |byte: &u8| matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E');
        let rest = self.parser.rest();
        let has_end = !rest[*self.n_searched..].iter().all(is_within);
        if self.waits(has_end, rest.len()) {
            return Ok(None);
        }
        self.parser.number().map(Some)
    }

    /// `null`, `true` or `false`.
    pub(super) fn word(&mut self) -> Result<Option<Value>, JsonErrorKind> {
        let rest = self.parser.rest();
        let may_go_on = |word: &&str| word.as_bytes().starts_with(rest);
        if !self.is_whole && ["null", "true", "false"].iter().any(may_go_on) {
            return Ok(None);
        }
        self.parser.word().map(Some)
    }

    /// Whether a token has to wait for more text, which then is searched from where this one was.
    const fn waits(&mut self, has_end: bool, n_searched: usize) -> bool {
        let waits = !has_end && !self.is_whole;
        *self.n_searched = if waits { n_searched } else { 0 };
        waits
    }

    /// The strict reader goes on to look for faults of other kinds, but what cannot be shown must
    /// not become a part of what is known.
    const fn refuse_half_a_pair(&mut self) -> Result<(), JsonErrorKind> {
        match self.parser.lone_surrogate {
            None => Ok(()),
            Some(position) => {
                self.parser.position = position;
                Err(JsonErrorKind::LoneSurrogate)
            }
        }
    }
}

/// Whether an escape can be read that begins a text, or is known to be none.
fn is_whole_escape(text: &[u8]) -> bool {
    match text {
        [_] => false,
        [_, b'u', code @ ..] => {
            let Some((code, rest)) = code.split_at_checked(4) else { return false };
            let is_high =
                matches!(code, [b'd' | b'D', b'8'..=b'9' | b'a'..=b'b' | b'A'..=b'B', ..]);
            // The other half of the pair may follow.
            let is_open = rest.len() < 6 && (b"\\u".starts_with(rest) || rest.starts_with(b"\\u"));
            !(is_high && is_open)
        }
        _ => true,
    }
}
