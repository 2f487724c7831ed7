//! Text that Python has and UTF-8 has not.

use std::fmt::{self, Write};

use super::Rare;
use crate::{Value, value::text::chars_repr};

/// A Python `str` with surrogates, which are code points and no characters.
///
/// Python makes such text of bytes that are not UTF-8 (`errors="surrogateescape"`) and of JSON with
/// half an escape; no provider takes it. It is never [`Value::Text`], so that nothing takes it
/// for one: [`to_string_lossy`](Self::to_string_lossy) is the way to what can be read of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SurrogateText(Vec<u8>);

/// A part of such a text.
#[derive(Clone, Copy)]
pub(in crate::value) enum Piece<'a> {
    Text(&'a str),
    Surrogate(u16),
}

const REPLACEMENT: &str = "\u{fffd}";

impl SurrogateText {
    /// Reads UTF-8 in which surrogates stand as three bytes each, which is what Python's
    /// `str.encode("utf-8", "surrogatepass")` gives. Text without surrogates comes out as
    /// [`Value::Text`]. Returns `None` for any other bytes.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Option<Value> {
        if let Ok(text) = std::str::from_utf8(bytes) {
            return Some(text.into());
        }
        let mut rest = bytes;
        while let Some((_, after)) = next(rest)? {
            rest = after;
        }
        Some(Rare::Surrogates(Self(bytes.to_vec())).into())
    }

    /// UTF-8 in which surrogates stand as three bytes each.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The text with `U+FFFD` in place of each surrogate.
    #[must_use]
    pub fn to_string_lossy(&self) -> String {
        let text = |piece| match piece {
            Piece::Text(text) => text,
            Piece::Surrogate(_) => REPLACEMENT,
        };
        self.pieces().map(text).collect()
    }

    pub(in crate::value) fn pieces(&self) -> impl Iterator<Item = Piece<'_>> {
        let mut rest = &*self.0;
        std::iter::from_fn(move || {
            let (piece, after) = next(rest).expect("the bytes were read once before")?;
            rest = after;
            Some(piece)
        })
    }

    pub(super) fn repr(&self, out: &mut impl Write) -> fmt::Result {
        let quote = if self.0.contains(&b'\'') && !self.0.contains(&b'"') { '"' } else { '\'' };
        out.write_char(quote)?;
        for piece in self.pieces() {
            match piece {
                Piece::Text(text) => chars_repr(text, quote, out)?,
                Piece::Surrogate(code) => write!(out, "\\u{code:04x}")?,
            }
        }
        out.write_char(quote)
    }
}

impl fmt::Display for SurrogateText {
    /// Surrogates as `\ud800`, which is how Python prints them where it must (`backslashreplace`):
    /// no text of Rust's can hold them.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.pieces().try_for_each(|piece| match piece {
            Piece::Text(text) => formatter.write_str(text),
            Piece::Surrogate(code) => write!(formatter, "\\u{code:04x}"),
        })
    }
}

/// The first piece and what stands behind it; `Some(None)` at the end, `None` for bytes that are neither
/// text nor a surrogate.
#[expect(clippy::option_option, reason = "the end is no fault")]
fn next(bytes: &[u8]) -> Option<Option<(Piece<'_>, &[u8])>> {
    if bytes.is_empty() {
        return Some(None);
    }
    if let Some(code) = surrogate(bytes) {
        return Some(Some((Piece::Surrogate(code), &bytes[3..])));
    }
    // This byte begins a character wherever it stands, so that no piece is cut within one.
    let is_surrogate = |place: &usize| surrogate(&bytes[*place..]).is_some();
    let end = (1..bytes.len()).find(is_surrogate).unwrap_or(bytes.len());
    let text = std::str::from_utf8(&bytes[..end]).ok()?;
    Some(Some((Piece::Text(text), &bytes[end..])))
}

/// The surrogate that stands at the beginning.
fn surrogate(bytes: &[u8]) -> Option<u16> {
    match bytes {
        [0xed, second @ 0xa0..=0xbf, third @ 0x80..=0xbf, ..] => {
            let (second, third) = (u16::from(second & 0x3f), u16::from(third & 0x3f));
            Some(0xd000 | second << 6 | third)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(bytes: &[u8]) -> Value {
        SurrogateText::parse(bytes).unwrap()
    }

    #[test]
    fn surrogates_print_as_python_prints_them() {
        let check = |bytes: &[u8], repr: &str, json: &str| {
            let value = parse(bytes);
            assert_eq!(value.python_type(), "str");
            assert_eq!(value.python_repr(), repr);
            assert_eq!(value.to_json(), json);
        };
        check(b"\xed\xa0\x80", r"'\ud800'", r#""\ud800""#);
        check(b"a'\xed\xbf\xbf\xc3\xa9\n", r#""a'\udfffé\n""#, r#""a'\udfffé\n""#);
        check(b"\"\xed\xb2\x80", r#"'"\udc80'"#, r#""\"\udc80""#);
        // Two halves of a pair stay two code points, as in Python.
        check(b"\xed\xa0\xbd\xed\xb8\x80", r"'\ud83d\ude00'", r#""\ud83d\ude00""#);
        let value = parse(b"a\xed\xa0\x80\\");
        assert_eq!(value.to_string(), r"a\ud800\");
        assert_eq!(Value::from(vec![value.clone()]).to_string(), r"['a\ud800\\']");
        assert_eq!(value.as_str(), None);
        let Value::Rare(rare) = value else { panic!() };
        let Rare::Surrogates(text) = *rare else { panic!() };
        assert_eq!(text.to_string_lossy(), "a\u{fffd}\\");
    }

    #[test]
    fn other_bytes_are_text_or_nothing() {
        assert_eq!(parse("é🎉".as_bytes()), Value::from("é🎉"));
        assert_eq!(parse(b""), Value::from(""));
        for bytes in [&b"\xff"[..], b"\xed\xa0", b"\xed\xa0\x80\xff", b"\xc3\xed\xa0\x80", b"\xed"]
        {
            assert_eq!(SurrogateText::parse(bytes), None, "{bytes:x?}");
        }
    }
}
