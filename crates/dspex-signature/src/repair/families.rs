//! The rule families: in which ways a text may depart from strict JSON.

use std::fmt;

use super::earned;

/// A kind of departure from strict JSON, with rules of its own in `json_repair`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Family {
    /// Words before, between or after the values: chat, fences, a byte order mark.
    Prose,
    /// Several values stand side by side.
    ManyValues,
    /// The brace that opens the whole object is missing.
    MissingOpener,
    /// More members follow the brace that closed the object.
    LateMembers,
    /// `# …`, `// …` and `/* … */`.
    Comments,
    /// Tuples and grouped values.
    Parentheses,
    /// Leading, doubled and trailing commas.
    ExtraCommas,
    /// Two members or items without a comma between them.
    MissingCommas,
    /// A colon that is missing, or stands before a key.
    Colons,
    /// A key without a value.
    MissingValues,
    /// A value without a key, or a key without text.
    MissingKeys,
    /// The text ends, or something else closes, before a list or object is closed.
    MissingClosers,
    /// A bracket or brace that closes nothing.
    StrayClosers,
    /// Characters between values that belong to nothing.
    StrayCharacters,
    /// Text between `'` and `'`.
    SingleQuotes,
    /// Text between `“` and `”`, and `„`.
    SmartQuotes,
    /// A key without quotes.
    BareKeys,
    /// A text without quotes.
    BareText,
    /// `True`, `None` and other spellings of JSON's words.
    Words,
    /// `1_000`, `1/3`, `.5`, `1,234` and other numbers that JSON does not know.
    Numbers,
    /// Escapes that JSON does not know, and those that are read in another way.
    Escapes,
    /// Control characters within a text.
    ControlCharacters,
    /// Quotes that stand twice.
    DoubledQuotes,
    /// Quotes within a text that are not escaped.
    InnerQuotes,
    /// A text without its closing quote.
    MissingQuotes,
    /// Braces and brackets that belong to a text.
    InlineContainers,
    /// Code fences within a text.
    Fences,
    /// An object in a list that begins anew where a key comes twice.
    SplitObjects,
    /// Braces around items without keys, or around escaped members.
    SetObjects,
    /// Further brackets after a list in an object.
    Rows,
    /// `...` for what was left out.
    Ellipses,
    /// Escapes of half a character, which Rust's text cannot hold.
    HalfCharacters,
}

impl Family {
    /// All families, in the order of their declaration.
    pub const ALL: [Self; 32] = [
        Self::Prose,
        Self::ManyValues,
        Self::MissingOpener,
        Self::LateMembers,
        Self::Comments,
        Self::Parentheses,
        Self::ExtraCommas,
        Self::MissingCommas,
        Self::Colons,
        Self::MissingValues,
        Self::MissingKeys,
        Self::MissingClosers,
        Self::StrayClosers,
        Self::StrayCharacters,
        Self::SingleQuotes,
        Self::SmartQuotes,
        Self::BareKeys,
        Self::BareText,
        Self::Words,
        Self::Numbers,
        Self::Escapes,
        Self::ControlCharacters,
        Self::DoubledQuotes,
        Self::InnerQuotes,
        Self::MissingQuotes,
        Self::InlineContainers,
        Self::Fences,
        Self::SplitObjects,
        Self::SetObjects,
        Self::Rows,
        Self::Ellipses,
        Self::HalfCharacters,
    ];

    /// The name in tables and messages: `missing-commas`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Prose => "prose",
            Self::ManyValues => "many-values",
            Self::MissingOpener => "missing-opener",
            Self::LateMembers => "late-members",
            Self::Comments => "comments",
            Self::Parentheses => "parentheses",
            Self::ExtraCommas => "extra-commas",
            Self::MissingCommas => "missing-commas",
            Self::Colons => "colons",
            Self::MissingValues => "missing-values",
            Self::MissingKeys => "missing-keys",
            Self::MissingClosers => "missing-closers",
            Self::StrayClosers => "stray-closers",
            Self::StrayCharacters => "stray-characters",
            Self::SingleQuotes => "single-quotes",
            Self::SmartQuotes => "smart-quotes",
            Self::BareKeys => "bare-keys",
            Self::BareText => "bare-text",
            Self::Words => "words",
            Self::Numbers => "numbers",
            Self::Escapes => "escapes",
            Self::ControlCharacters => "control-characters",
            Self::DoubledQuotes => "doubled-quotes",
            Self::InnerQuotes => "inner-quotes",
            Self::MissingQuotes => "missing-quotes",
            Self::InlineContainers => "inline-containers",
            Self::Fences => "fences",
            Self::SplitObjects => "split-objects",
            Self::SetObjects => "set-objects",
            Self::Rows => "rows",
            Self::Ellipses => "ellipses",
            Self::HalfCharacters => "half-characters",
        }
    }

    /// Whether the family's rules were proved equal to the library's.
    #[must_use]
    pub const fn is_earned(self) -> bool {
        earned::cases(self) >= earned::ENOUGH_CASES
    }
}

impl fmt::Display for Family {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// A set of rule families.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Families(u32);

impl Families {
    /// Whether `family` is in the set.
    #[must_use]
    pub const fn contains(self, family: Family) -> bool {
        self.0 & (1 << family as u32) != 0
    }

    /// Whether there is none, as for strict JSON.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The families, in the order of their declaration.
    pub fn iter(self) -> impl Iterator<Item = Family> {
        Family::ALL.into_iter().filter(move |family| self.contains(*family))
    }

    pub(super) const fn insert(&mut self, family: Family) {
        self.0 |= 1 << family as u32;
    }
}
