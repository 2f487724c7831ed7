//! A day with a time of day.

use std::fmt;

use super::{Clock, Day};

/// Numbers beyond this are milliseconds: 20 August 1970, or 11 October 2603 in seconds.
const MILLISECONDS_FROM: i64 = 20_000_000_000;
const MILLISECONDS_FROM_FLOAT: f64 = 20_000_000_000.0;

/// A day with a time of day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) struct Moment {
    pub(super) day: Day,
    pub(super) clock: Clock,
}

impl Moment {
    /// Reads a day and a time, a day alone, or seconds or milliseconds since 1970.
    pub(in super::super) fn parse(text: &[u8]) -> Option<Self> {
        Self::from_iso(text)
            .or_else(|| match Timestamp::parse(text) {
                Some(Timestamp::Int(int)) => Self::from_int(int),
                Some(Timestamp::Float(float)) => Self::from_float(float),
                None => Day::parse(text).map(Self::midnight),
            })
            .and_then(Self::within_python)
    }

    /// Reads `YYYY-MM-DD`, one of `T`, `t`, `_` and space, and a time.
    pub(super) fn from_iso(text: &[u8]) -> Option<Self> {
        let day = Day::parse_start(text)?;
        let [b'T' | b't' | b' ' | b'_', rest @ ..] = text.get(10..)? else { return None };
        Some(Self { day, clock: Clock::parse(rest)? })
    }

    pub(in super::super) const fn midnight(day: Day) -> Self {
        Self { day, clock: Clock::MIDNIGHT }
    }

    /// Seconds since 1970 in UTC, or milliseconds where there are many.
    pub(in super::super) fn from_int(timestamp: i64) -> Option<Self> {
        if timestamp.checked_abs()? <= MILLISECONDS_FROM {
            return Self::from_seconds(timestamp, 0);
        }
        Self::from_milliseconds(timestamp, 0)
    }

    /// As [`Moment::from_int`], to the nearest microsecond.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "what is too large is cut to the largest number, as pydantic does, and refused"
    )]
    pub(in super::super) fn from_float(timestamp: f64) -> Option<Self> {
        if timestamp.is_nan() {
            return None;
        }
        let whole = timestamp.floor();
        let fraction = timestamp - whole;
        if timestamp.abs() > MILLISECONDS_FROM_FLOAT {
            return Self::from_milliseconds(whole as i64, (fraction * 1_000.0).round() as u32);
        }
        Self::from_seconds(whole as i64, (fraction * 1_000_000.0).round() as u32)
    }

    fn from_milliseconds(milliseconds: i64, microseconds: u32) -> Option<Self> {
        let rest = u32::try_from(milliseconds.rem_euclid(1_000)).ok()?;
        Self::from_seconds(milliseconds.div_euclid(1_000), microseconds + rest * 1_000)
    }

    fn from_seconds(seconds: i64, microseconds: u32) -> Option<Self> {
        let seconds = seconds.checked_add(i64::from(microseconds / 1_000_000))?;
        let day = Day::from_epoch_days(seconds.div_euclid(86_400))?;
        let clock = Clock::from_seconds(seconds.rem_euclid(86_400), microseconds % 1_000_000)?;
        Some(Self { day, clock })
    }

    /// The moment, where Python has its year.
    pub(in super::super) fn within_python(self) -> Option<Self> {
        self.day.within_python().map(|_| self)
    }

    /// The day, where the moment is its midnight.
    pub(in super::super) fn into_day(self) -> Option<Day> {
        self.clock.is_midnight().then_some(self.day)
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}T{}", self.day, self.clock)
    }
}

enum Timestamp {
    Int(i64),
    Float(f64),
}

impl Timestamp {
    /// An integer of 64 bits, or digits with a point among which an exponent may follow.
    fn parse(text: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(text).ok()?;
        let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
        let end = unsigned.find(|char: char| !char.is_ascii_digit());
        match end.map(|end| unsigned.as_bytes()[end]) {
            None => text.parse().ok().map(Self::Int),
            Some(b'.') => text.parse().ok().map(Self::Float),
            Some(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let moment = Moment::parse(text.as_bytes());
        let actual = moment.map_or_else(|| "no".to_owned(), |moment| moment.to_string());
        assert_eq!(actual, expected, "{text:?}");
    }

    #[test]
    fn moments_are_read_from_many_forms() {
        check("2024-01-01", "2024-01-01T00:00:00");
        check("2024-01-01t10:00Z", "2024-01-01T10:00:00Z");
        check("2024-01-01_10:00:00,5", "2024-01-01T10:00:00.500000");
        check("2024-01-01 10:00:00.1234567-0830", "2024-01-01T10:00:00.123456-08:30");
        check("2024-01-01T10:00:00\u{2212}05:00", "2024-01-01T10:00:00-05:00");
        check("2024-01-01T10:00-0000", "2024-01-01T10:00:00Z");
        check("2024-01-01T10:00+24:00", "no");
        check("2024-01-01T10:00+23:60", "no");
        check("2024-01-01T10:00+01", "no");
        check("2024-01-01T24:00", "no");
        check("2024-01-01T10:00:00.", "no");
        check("2024-01-01T10", "no");
        check(" 2024-01-01", "no");
        check("0000-01-01T00:00", "no");
    }

    #[test]
    fn numbers_are_seconds_or_milliseconds() {
        check("20000000000", "2603-10-11T11:33:20Z");
        check("20000000001", "1970-08-20T11:33:20.001000Z");
        check("-20000000001", "1969-05-14T12:26:39.999000Z");
        check("-1.5", "1969-12-31T23:59:58.500000Z");
        check("1700000000.123456789", "2023-11-14T22:13:20.123457Z");
        check("1700000000.9999999", "2023-11-14T22:13:21Z");
        check("+5.", "1970-01-01T00:00:05Z");
        check("1.5e3", "1970-01-01T00:25:00Z");
        check("1e3", "no");
        check("253402300799999", "9999-12-31T23:59:59.999000Z");
        check("253402300800000", "no");
        check("-62135596800000", "0001-01-01T00:00:00Z");
        check("-62135596800001", "no");
        check("9223372036854775808", "no");
        check("-9223372036854775808", "no");
    }
}
