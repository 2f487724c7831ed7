//! A tag or a reference of XML while it is written.

/// What stands from a `<` or a `&` on, up to its end.
#[derive(Clone, Debug, Default)]
pub(super) struct Markup {
    source: String,
    /// The quote around an attribute's value that is open.
    quote: Option<char>,
}

/// What a character makes of the markup.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Tag {
    /// It is text.
    None,
    /// More is to come.
    Open,
    /// A reference has ended, which stands for this character.
    Reference(char),
    /// The tag that begins an element has ended.
    Start {
        /// Whether it ends the element too.
        is_empty: bool,
    },
    /// The tag that ends an element has ended.
    End,
    /// It is not followed, or it is no XML.
    Broken,
}

/// The longest reference is `&#x10FFFF;`, but for zeros in front.
const LONGEST_REFERENCE: usize = 16;

impl Markup {
    pub(super) fn is_open(&self) -> bool {
        !self.source.is_empty()
    }

    /// The source, which has ended; what comes next is text.
    pub(super) fn take(&mut self) -> String {
        std::mem::take(&mut self.source)
    }

    pub(super) fn push(&mut self, char: char) -> Tag {
        let first = self.source.chars().next();
        if first.is_some() || matches!(char, '<' | '&') {
            self.source.push(char);
        }
        match first {
            Some('&') => self.reference(char),
            Some(_) => self.tag(char),
            None if self.is_open() => Tag::Open,
            None => Tag::None,
        }
    }

    fn reference(&self, last: char) -> Tag {
        if last != ';' {
            let is_part = last.is_ascii_alphanumeric() || last == '#';
            let goes_on = is_part && self.source.len() < LONGEST_REFERENCE;
            return if goes_on { Tag::Open } else { Tag::Broken };
        }
        let name = &self.source[1..self.source.len() - 1];
        let decoded = match name {
            "amp" => Some('&'),
            "lt" => Some('<'),
            "gt" => Some('>'),
            "quot" => Some('"'),
            "apos" => Some('\''),
            _ => name.strip_prefix('#').and_then(number).and_then(char::from_u32),
        };
        decoded.map_or(Tag::Broken, Tag::Reference)
    }

    fn tag(&mut self, last: char) -> Tag {
        if self.source.len() == 1 + last.len_utf8() {
            let is_name = last.is_alphabetic() || matches!(last, '_' | ':' | '/');
            return if is_name { Tag::Open } else { Tag::Broken };
        }
        match (self.quote, last) {
            (Some(quote), _) if quote == last => self.quote = None,
            (None, '"' | '\'') => self.quote = Some(last),
            (None, '<') => return Tag::Broken,
            (None, '>') if self.source.starts_with("</") => return Tag::End,
            (None, '>') => return Tag::Start { is_empty: self.source.ends_with("/>") },
            _ => {}
        }
        Tag::Open
    }

    /// The name in a tag.
    pub(super) fn name(tag: &str) -> &str {
        let name = tag.trim_start_matches(['<', '/']);
        let ends = |char: char| matches!(char, ' ' | '\t' | '\n' | '/' | '>');
        name.split(ends).next().unwrap_or_default()
    }
}

fn number(digits: &str) -> Option<u32> {
    match digits.strip_prefix('x') {
        Some(digits) => u32::from_str_radix(digits, 16).ok(),
        None => digits.parse().ok(),
    }
}
