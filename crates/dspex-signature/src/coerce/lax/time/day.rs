//! A day of the Gregorian calendar.

use std::fmt;

const SECONDS_A_DAY: i64 = 86_400;
/// 1970-01-01, counted in days from 0000-03-01.
const EPOCH: i64 = 719_468;
/// Days in 400 years.
const ERA: i64 = 146_097;

/// A day; pydantic reads the year 0, which Python does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) struct Day {
    year: u16,
    month: u8,
    day: u8,
}

impl Day {
    /// Reads `YYYY-MM-DD` at the start of a text.
    pub(super) fn parse_start(text: &[u8]) -> Option<Self> {
        let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2, ..] = text else { return None };
        let century = number(*y1, *y2)?;
        let year = u16::from(century) * 100 + u16::from(number(*y3, *y4)?);
        let (month, day) = (number(*m1, *m2)?, number(*d1, *d2)?);
        let is_leap =
            year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
        let n_days = match month {
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            4 | 6 | 9 | 11 => 30,
            2 => 28 + u8::from(is_leap),
            _ => return None,
        };
        (1..=n_days).contains(&day).then_some(Self { year, month, day })
    }

    /// Reads a text that is a day and nothing else.
    pub(in super::super) fn parse(text: &[u8]) -> Option<Self> {
        if text.len() == 10 { Self::parse_start(text) } else { None }
    }

    /// The day, where Python has it.
    pub(in super::super) fn within_python(self) -> Option<Self> {
        (self.year > 0).then_some(self)
    }

    /// The day `days` after 1970-01-01, within the years 0 to 9999.
    pub(super) fn from_epoch_days(days: i64) -> Option<Self> {
        // Years that begin in March end with the day that only some years have.
        let shifted = days + EPOCH;
        let (era, day_of_era) = (shifted.div_euclid(ERA), shifted.rem_euclid(ERA));
        let year_of_era =
            (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
        let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
        let year = era * 400 + year_of_era + i64::from(month <= 2);
        let year = u16::try_from(year).ok().filter(|year| *year <= 9999)?;
        Some(Self { year, month: u8::try_from(month).ok()?, day: u8::try_from(day).ok()? })
    }

    /// Seconds from 1970-01-01 to its midnight.
    pub(super) fn seconds(self) -> i64 {
        let (month, day) = (i64::from(self.month), i64::from(self.day));
        let year = i64::from(self.year) - i64::from(month <= 2);
        let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
        let month_from_march = if month > 2 { month - 3 } else { month + 9 };
        let day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        (era * ERA + day_of_era - EPOCH) * SECONDS_A_DAY
    }
}

impl fmt::Display for Day {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

/// The number of two digits.
pub(super) fn number(tens: u8, ones: u8) -> Option<u8> {
    let digit = |byte: u8| byte.is_ascii_digit().then(|| byte - b'0');
    Some(digit(tens)? * 10 + digit(ones)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_from_1970() {
        for (text, days) in [
            ("1970-01-01", 0),
            ("1969-12-31", -1),
            ("2000-02-29", 11_016),
            ("0001-01-01", -719_162),
            ("0000-01-01", -719_528),
            ("9999-12-31", 2_932_896),
        ] {
            let day = Day::parse(text.as_bytes()).unwrap();
            assert_eq!(day.seconds(), days * SECONDS_A_DAY, "{text}");
            assert_eq!(Day::from_epoch_days(days), Some(day), "{text}");
        }
        assert_eq!(Day::from_epoch_days(-719_529), None);
        assert_eq!(Day::from_epoch_days(2_932_897), None);
        for text in ["2023-02-29", "2024-13-01", "2024-00-01", "2024-1-1", "2024-01-010"] {
            assert_eq!(Day::parse(text.as_bytes()), None, "{text}");
        }
    }
}
