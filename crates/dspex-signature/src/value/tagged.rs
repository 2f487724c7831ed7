//! Scalars of Python that JSON has no form for: dates, times, decimals, UUIDs.

use std::fmt;

/// A date, a time, a duration, a decimal or a UUID.
///
/// It is held as the text that pydantic writes for it in JSON, which prompts show:
/// `2024-05-06T10:00:00Z`, `P1DT2H`, `1.50`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Tagged {
    tag: Tag,
    text: String,
}

/// What a [`Tagged`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Tag {
    /// `datetime.date`.
    Date,
    /// `datetime.datetime`.
    DateTime,
    /// `datetime.time`.
    Time,
    /// `datetime.timedelta`.
    TimeDelta,
    /// `decimal.Decimal`.
    Decimal,
    /// `uuid.UUID`.
    Uuid,
}

impl Tag {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Date, Self::DateTime, Self::Time, Self::TimeDelta, Self::Decimal, Self::Uuid];

    /// The name of the class in Python: `date`, `Decimal`.
    #[must_use]
    pub const fn python_type(self) -> &'static str {
        match self {
            Self::Date => "date",
            Self::DateTime => "datetime",
            Self::Time => "time",
            Self::TimeDelta => "timedelta",
            Self::Decimal => "Decimal",
            Self::Uuid => "UUID",
        }
    }
}

impl Tagged {
    /// A value whose text is in pydantic's form already.
    pub fn from_canonical(tag: Tag, text: impl Into<String>) -> Self {
        Self { tag, text: text.into() }
    }

    /// What it is.
    #[must_use]
    pub const fn tag(&self) -> Tag {
        self.tag
    }

    /// The text that pydantic writes for it in JSON.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for Tagged {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}
