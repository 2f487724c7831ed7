//! `pii`: a text without the marks of a person.

mod credit_card;
mod digits;
mod email;
mod iban;
mod ip_address;
mod phone;
mod us_ssn;

#[cfg(test)]
mod tests;

use std::cmp::Reverse;
use std::ops::Range;
use std::sync::Arc;

use dspex_signature::Value;
use phonenumber::country::Id;

use super::found::TEXT_BYTES;
use super::phone::{load_plans, region};
use super::{Found, Options, Row, Rule, ValidatorError};

pub(super) const ROW: Row = Row {
    name: "pii",
    about: "a text without mail addresses, telephone, card and account numbers, IP addresses and \
            social security numbers",
    options: &["kinds", "region"],
    build,
};

/// What is looked for in a text.
struct Kind {
    name: &'static str,
    /// With its article.
    words: &'static str,
    /// The parts of the text, as ranges of bytes, in their order.
    find: fn(&Search<'_>) -> Vec<Range<usize>>,
}

/// A text to look through.
struct Search<'t> {
    text: &'t str,
    /// Where telephone numbers without a country code are of.
    region: Option<Id>,
}

/// Of parts that are equal, the kind that stands first is told.
const KINDS: &[Kind] =
    &[email::KIND, iban::KIND, credit_card::KIND, us_ssn::KIND, ip_address::KIND, phone::KIND];

/// Finds what identifies a person in a text: mail addresses, telephone numbers, card and account
/// numbers, IP addresses, social security numbers of the United States.
///
/// It goes by form and check digits: names and street addresses are not found, and a version such
/// as `1.2.3.4` is taken for an IP address. The time is in proportion to the text.
///
/// ```
/// use dspex_bridge::operations::Pii;
///
/// let text = "Für Ada: ada@example.org, DE89 3704 0044 0532 0130 00.";
/// let spans = Pii::new().find(text);
/// assert_eq!(spans.iter().map(|span| span.kind).collect::<Vec<_>>(), ["email", "iban"]);
/// assert_eq!(&text[spans[0].bytes.clone()], "ada@example.org");
/// assert_eq!((spans[0].bytes.start, spans[0].chars.start), (10, 9));
/// ```
#[derive(Clone, Debug)]
pub struct Pii {
    /// By their place in the table.
    kinds: Vec<usize>,
    region: Option<Id>,
}

/// A part of a text that identifies a person.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PiiSpan {
    /// What it is: one of [`Pii::KINDS`].
    pub kind: &'static str,
    /// Where it stands, in bytes, for slices of Rust.
    pub bytes: Range<usize>,
    /// Where it stands, in characters (Unicode code points), for slices of Python.
    pub chars: Range<usize>,
}

impl Pii {
    /// The names of what is found.
    pub const KINDS: [&'static str; KINDS.len()] = {
        let mut names = [""; KINDS.len()];
        let mut place = 0;
        while place < KINDS.len() {
            names[place] = KINDS[place].name;
            place += 1;
        }
        names
    };

    /// Finds all kinds; telephone numbers with their country code only. The first one in a program
    /// reads the numbering plans, which takes tenths of a second.
    #[must_use]
    pub fn new() -> Self {
        load_plans();
        Self { kinds: (0..KINDS.len()).collect(), region: None }
    }

    /// The parts of a text, by their beginnings. One that lies within another is left out.
    #[must_use]
    pub fn find(&self, text: &str) -> Vec<PiiSpan> {
        let search = Search { text, region: self.region };
        let of_kind = |kind: &usize| {
            let kind = *kind;
            (KINDS[kind].find)(&search).into_iter().map(move |range| (range, kind))
        };
        let mut found: Vec<_> = self.kinds.iter().flat_map(of_kind).collect();
        found.sort_by_key(|(range, kind)| (range.start, Reverse(range.end), *kind));
        let (mut starts, mut ends) = (Place::default(), Place::default());
        let mut spans = Vec::with_capacity(found.len());
        for (bytes, kind) in found {
            // Beginnings only grow, and so do the ends of what is kept.
            if bytes.end > ends.bytes {
                let chars = starts.move_to(text, bytes.start)..ends.move_to(text, bytes.end);
                spans.push(PiiSpan { kind: KINDS[kind].name, bytes, chars });
            }
        }
        spans
    }
}

impl Default for Pii {
    fn default() -> Self {
        Self::new()
    }
}

/// A place in a text, in bytes and in characters.
#[derive(Default)]
struct Place {
    bytes: usize,
    chars: usize,
}

impl Place {
    /// Goes on to a byte, and gives the number of characters before it.
    fn move_to(&mut self, text: &str, bytes: usize) -> usize {
        self.chars += text[self.bytes..bytes].chars().count();
        self.bytes = bytes;
        self.chars
    }
}

fn build(options: &Options<'_>) -> Result<Arc<dyn Rule>, ValidatorError> {
    let place = |name: &str| KINDS.iter().position(|kind| kind.name == name);
    let kinds = options.texts("kinds")?.unwrap_or_else(|| Pii::KINDS.to_vec());
    let kinds = kinds.into_iter().map(place).collect::<Option<Vec<_>>>();
    let kinds = kinds.ok_or_else(|| {
        options.fault("kinds", format!("should be of `{}`", Pii::KINDS.join("`, `")))
    })?;
    if kinds.is_empty() {
        return Err(options.fault("kinds", "names none, so that everything would pass"));
    }
    if kinds.iter().any(|kind| KINDS[*kind].name == phone::KIND.name) {
        load_plans();
    }
    Ok(Arc::new(Pii { kinds, region: region(options)? }))
}

impl Rule for Pii {
    fn check(&self, value: &Value, found: &mut Found) {
        found.each_text(value, TEXT_BYTES, |text, found| {
            for PiiSpan { kind, chars, .. } in self.find(text) {
                let words =
                    KINDS.iter().find(|known| known.name == kind).map_or("", |kind| kind.words);
                let message = format!("has {words} at characters {}..{}", chars.start, chars.end);
                let hint = "leave it out, or write what stands for it";
                found.push_at(Some(chars), format!("pii.{kind}"), message, hint);
            }
        });
    }
}
