//! A place in XML text and the tokens that begin there.

use super::{document::Span, names::name_length};

/// Why a text is not well-formed, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NotWellFormed {
    pub(super) what: &'static str,
    /// In bytes from the beginning of the source.
    pub(super) offset: usize,
}

impl NotWellFormed {
    /// The same in words, with the line and the column in characters, both from 1.
    pub(super) fn at(self, source: &str) -> String {
        let before = &source[..self.offset];
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().map_or(0, |last| last.chars().count()) + 1;
        format!("{} at line {line}, column {column}", self.what)
    }
}

pub(super) struct Cursor<'a> {
    source: &'a str,
    at: usize,
}

impl<'a> Cursor<'a> {
    pub(super) const fn new(source: &'a str) -> Self {
        Self { source, at: 0 }
    }

    pub(super) const fn offset(&self) -> usize {
        self.at
    }

    pub(super) fn rest(&self) -> &'a str {
        &self.source[self.at..]
    }

    pub(super) const fn fault(&self, what: &'static str) -> NotWellFormed {
        NotWellFormed { what, offset: self.at }
    }

    /// Goes past a token where it stands here.
    pub(super) fn take(&mut self, token: &str) -> bool {
        let is_here = self.rest().starts_with(token);
        if is_here {
            self.at += token.len();
        }
        is_here
    }

    pub(super) fn expect(&mut self, token: &str, what: &'static str) -> Result<(), NotWellFormed> {
        if self.take(token) { Ok(()) } else { Err(self.fault(what)) }
    }

    /// Goes past white space; tells whether there was any.
    pub(super) fn skip_space(&mut self) -> bool {
        let space = self.rest().bytes().take_while(|byte| is_space(*byte)).count();
        self.at += space;
        space > 0
    }

    /// The text up to one of some ASCII bytes, or to the end; the cursor stops before the byte.
    pub(super) fn until(&mut self, is_stop: impl Fn(u8) -> bool) -> &'a str {
        let rest = self.rest();
        let text = &rest[..rest.bytes().position(is_stop).unwrap_or(rest.len())];
        self.at += text.len();
        text
    }

    /// The text up to `end`, which the cursor then stands behind.
    pub(super) fn past(&mut self, end: &str, what: &'static str) -> Result<&'a str, NotWellFormed> {
        let rest = self.rest();
        let length = rest.find(end).ok_or_else(|| self.fault(what))?;
        self.at += length + end.len();
        Ok(&rest[..length])
    }

    /// A name without a colon.
    pub(super) fn name(&mut self) -> Result<Span, NotWellFormed> {
        let length = name_length(self.rest());
        if length == 0 {
            return Err(self.fault("expected a name"));
        }
        self.at += length;
        Ok(Span::new(self.at - length..self.at))
    }

    /// A name with at most one colon in it.
    pub(super) fn qualified_name(&mut self) -> Result<QualifiedName<'a>, NotWellFormed> {
        let source = self.source;
        let start = self.at;
        let first = self.name()?;
        let (prefix, local) =
            if self.take(":") { (Some(first), self.name()?) } else { (None, first) };
        if self.rest().starts_with(':') {
            return Err(self.fault("a name has two colons"));
        }
        let prefix = prefix.map(|prefix| prefix.of(source));
        Ok(QualifiedName { prefix, local, whole: &source[start..self.at] })
    }

    /// The character that a reference stands for; the cursor is behind its `&`.
    pub(super) fn reference(&mut self) -> Result<char, NotWellFormed> {
        let fault = self.fault("a `&` that begins no known reference");
        let (digits, radix) = if self.take("#x") {
            (self.until(|byte| !byte.is_ascii_hexdigit()), 16)
        } else if self.take("#") {
            (self.until(|byte| !byte.is_ascii_digit()), 10)
        } else {
            const ENTITIES: [(&str, char); 5] =
                [("lt;", '<'), ("gt;", '>'), ("amp;", '&'), ("quot;", '"'), ("apos;", '\'')];
            let known = ENTITIES.iter().find(|(name, _)| self.take(name));
            return known.map(|(_, char)| *char).ok_or(fault);
        };
        // Leading zeros are free; what is left and still too long is beyond Unicode.
        let code = match digits.trim_start_matches('0') {
            "" => 0,
            significant => u32::from_str_radix(significant, radix).unwrap_or(u32::MAX),
        };
        let char = char::from_u32(code).filter(|char| is_legal(*char));
        match (digits, char) {
            ("", _) | (_, None) => Err(fault),
            (_, Some(char)) => self.expect(";", fault.what).map(|()| char),
        }
    }

    /// Goes past a comment; the cursor is behind its `<!--`.
    pub(super) fn comment(&mut self) -> Result<(), NotWellFormed> {
        self.past("--", "a comment that does not end")?;
        self.expect(">", "a comment has `--` inside")
    }

    /// Goes past a processing instruction; the cursor is behind its `<?`.
    pub(super) fn instruction(&mut self) -> Result<(), NotWellFormed> {
        let fault = self.fault("an XML declaration may stand at the very beginning only");
        let target = self.name()?;
        if target.of(self.source).eq_ignore_ascii_case("xml") {
            return Err(fault);
        }
        if self.skip_space() {
            self.past("?>", "a processing instruction that does not end").map(|_| ())
        } else {
            self.expect("?>", "expected white space or `?>` behind the target")
        }
    }
}

/// A name and its parts: `prefix:local`.
#[derive(Clone, Copy)]
pub(super) struct QualifiedName<'a> {
    pub(super) prefix: Option<&'a str>,
    pub(super) local: Span,
    pub(super) whole: &'a str,
}

const fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

/// Whether a character may stand in a document, be it as a reference.
const fn is_legal(char: char) -> bool {
    !matches!(char, '\0'..='\x08' | '\x0b' | '\x0c' | '\x0e'..='\x1f' | '\u{fffe}' | '\u{ffff}')
}

/// The first character that may stand nowhere in a document.
pub(super) fn illegal_char(source: &str) -> Option<NotWellFormed> {
    let may_be_illegal = |byte: &u8| matches!(byte, 0..=8 | 0xb | 0xc | 0xe..=0x1f | 0xef);
    // Bytes first: they are looked through faster, and nearly no text has one of these.
    let start = source.as_bytes().iter().position(may_be_illegal)?;
    let offset = start + source[start..].find(|char| !is_legal(char))?;
    Some(NotWellFormed { what: "a character that XML has no place for", offset })
}
