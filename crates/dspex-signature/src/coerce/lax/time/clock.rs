//! A time of day, with or without an offset from UTC.

use std::fmt;

use super::day::number;

const SECONDS_A_DAY: u32 = 86_400;

/// A time of day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) struct Clock {
    hour: u8,
    minute: u8,
    second: u8,
    pub(super) microsecond: u32,
    /// Seconds that local time is ahead of UTC.
    pub(super) offset: Option<i32>,
}

impl Clock {
    pub(super) const MIDNIGHT: Self =
        Self { hour: 0, minute: 0, second: 0, microsecond: 0, offset: None };

    /// Reads `HH:MM[:SS[.fraction]]` and an offset; digits behind a microsecond are dropped.
    pub(in super::super) fn parse(text: &[u8]) -> Option<Self> {
        let (clock, rest) = Self::parse_start(text)?;
        Some(Self { offset: parse_offset(rest)?, ..clock })
    }

    /// Reads a time without offset at the start of a text, and gives back what follows it.
    pub(super) fn parse_start(text: &[u8]) -> Option<(Self, &[u8])> {
        let [h1, h2, b':', m1, m2, rest @ ..] = text else { return None };
        let (hour, minute) = (number(*h1, *h2)?, number(*m1, *m2)?);
        if hour > 23 || minute > 59 {
            return None;
        }
        let clock = Self { hour, minute, ..Self::MIDNIGHT };
        let [b':', rest @ ..] = rest else { return Some((clock, rest)) };
        let [s1, s2, rest @ ..] = rest else { return None };
        let second = number(*s1, *s2).filter(|second| *second < 60)?;
        let (microsecond, rest) = match rest {
            [b'.' | b',', fraction @ ..] => parse_fraction(fraction)?,
            rest => (0, rest),
        };
        Some((Self { second, microsecond, ..clock }, rest))
    }

    /// The time so many seconds after midnight, in UTC.
    pub(in super::super) fn from_seconds(seconds: i64, microseconds: u32) -> Option<Self> {
        // What is too large stays so when microseconds are added.
        let seconds = u32::try_from(seconds.min(i64::from(u32::MAX / 2))).ok()?;
        let seconds = seconds + microseconds / 1_000_000;
        if seconds >= SECONDS_A_DAY {
            return None;
        }
        let part = |value: u32| u8::try_from(value).ok();
        Some(Self {
            hour: part(seconds / 3600)?,
            minute: part(seconds % 3600 / 60)?,
            second: part(seconds % 60)?,
            microsecond: microseconds % 1_000_000,
            offset: Some(0),
        })
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "what is too large is cut to the largest number, as pydantic does, and refused"
    )]
    pub(in super::super) fn from_float(seconds: f64) -> Option<Self> {
        if seconds.is_nan() {
            return None;
        }
        let microseconds = seconds.fract().abs() * 1_000_000.0;
        Self::from_seconds(seconds.floor() as i64, microseconds.round() as u32)
    }

    pub(super) fn seconds_of_day(self) -> u32 {
        u32::from(self.hour) * 3600 + u32::from(self.minute) * 60 + u32::from(self.second)
    }

    pub(super) fn is_midnight(self) -> bool {
        self.seconds_of_day() == 0 && self.microsecond == 0
    }
}

/// Digits of a fraction as microseconds, and what follows them.
fn parse_fraction(text: &[u8]) -> Option<(u32, &[u8])> {
    let n_digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, rest) = text.split_at(n_digits);
    let places = digits.iter().copied().chain(std::iter::repeat(b'0')).take(6);
    let microseconds = places.fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0'));
    (n_digits > 0).then_some((microseconds, rest))
}

/// `Z`, `+HH:MM`, `-HHMM` or nothing.
#[expect(clippy::option_option, reason = "no offset is an offset that was read")]
fn parse_offset(text: &[u8]) -> Option<Option<i32>> {
    let (sign, digits) = match text {
        [] => return Some(None),
        [b'Z' | b'z'] => return Some(Some(0)),
        [b'+', digits @ ..] => (1, digits),
        // The last one is U+2212, a minus sign.
        [b'-', digits @ ..] | [0xe2, 0x88, 0x92, digits @ ..] => (-1, digits),
        _ => return None,
    };
    let ([h1, h2, b':', m1, m2] | [h1, h2, m1, m2]) = digits else { return None };
    let (hours, minutes) = (i32::from(number(*h1, *h2)?), i32::from(number(*m1, *m2)?));
    (hours < 24 && minutes < 60).then_some(Some(sign * (hours * 3600 + minutes * 60)))
}

impl fmt::Display for Clock {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:02}:{:02}:{:02}", self.hour, self.minute, self.second)?;
        if self.microsecond > 0 {
            write!(formatter, ".{:06}", self.microsecond)?;
        }
        match self.offset {
            None => Ok(()),
            Some(0) => formatter.write_str("Z"),
            Some(offset) => {
                let sign = if offset < 0 { '-' } else { '+' };
                let minutes = offset.unsigned_abs() / 60;
                write!(formatter, "{sign}{:02}:{:02}", minutes / 60, minutes % 60)
            }
        }
    }
}
