//! A span of time in days, seconds and microseconds.

use std::fmt;

use super::Clock;

const SECONDS_A_DAY: u32 = 86_400;
/// Python's limit for a `timedelta`.
const MAX_DAYS: u32 = 999_999_999;
/// pydantic's limit for the hours of `HH:MM:SS`.
const MAX_HOURS: u64 = 2_400_000_000;

/// A span of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super::super) struct Duration {
    negative: bool,
    days: u32,
    seconds: u32,
    microseconds: u32,
}

impl Duration {
    /// Carries seconds and microseconds over; `None` beyond Python's limit.
    fn new(negative: bool, days: u32, seconds: u32, microseconds: u32) -> Option<Self> {
        let seconds = seconds.checked_add(microseconds / 1_000_000)?;
        let days = days.checked_add(seconds / SECONDS_A_DAY)?;
        let (seconds, microseconds) = (seconds % SECONDS_A_DAY, microseconds % 1_000_000);
        (days <= MAX_DAYS).then_some(Self { negative, days, seconds, microseconds })
    }

    /// Reads ISO 8601 (`P1DT2H30M`), `HH:MM[:SS[.fraction]]` and `D days, HH:MM:SS`, each with an
    /// optional sign.
    pub(in super::super::super) fn parse(text: &[u8]) -> Option<Self> {
        let (negative, text) = match text {
            [b'-', text @ ..] => (true, text),
            [b'+', text @ ..] | text => (false, text),
        };
        let (days, seconds, microseconds) = match text {
            [b'P', parts @ ..] => parse_iso(parts)?,
            text if text.len() < 5 || text.iter().any(|byte| matches!(byte, b'd' | b'D')) => {
                parse_days(text)?
            }
            text => parse_hours(text)?,
        };
        Self::new(negative, days, seconds, microseconds)
    }

    /// All of it in microseconds; `None` beyond 292 000 years.
    #[cfg(any(feature = "chrono", feature = "jiff"))]
    pub(in super::super::super) fn microseconds(self) -> Option<i64> {
        let seconds = i64::from(self.days) * i64::from(SECONDS_A_DAY) + i64::from(self.seconds);
        let size = seconds.checked_mul(1_000_000)?.checked_add(self.microseconds.into())?;
        Some(if self.negative { -size } else { size })
    }

    pub(in super::super) fn from_int(seconds: i64) -> Option<Self> {
        let (negative, seconds) = (seconds < 0, seconds.unsigned_abs());
        let days = u32::try_from(seconds / u64::from(SECONDS_A_DAY)).ok()?;
        Self::new(negative, days, u32::try_from(seconds % u64::from(SECONDS_A_DAY)).ok()?, 0)
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
        let (negative, seconds) = (seconds < 0.0, seconds.abs());
        let microseconds = (seconds.fract() * 1_000_000.0).round() as u32;
        let days = (seconds / f64::from(SECONDS_A_DAY)) as u32;
        let rest = seconds as u64 % u64::from(SECONDS_A_DAY);
        Self::new(negative, days, u32::try_from(rest).ok()?, microseconds)
    }

    /// Whether Python has it: its least `timedelta` is -999999999 days and nothing more.
    pub(in super::super) const fn is_within_python(&self) -> bool {
        !(self.negative && self.days == MAX_DAYS && (self.seconds > 0 || self.microseconds > 0))
    }
}

type Parts = (u32, u32, u32);

/// Numbers with units, where the last number may have decimals.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the floats are not negative and below 400 days in seconds"
)]
fn parse_iso(text: &[u8]) -> Option<Parts> {
    let (mut days, mut seconds, mut microseconds) = (0_u32, 0_u32, 0_u32);
    let (mut is_time, mut had_fraction) = (false, false);
    let mut rest = text;
    while let Some((first, after)) = rest.split_first() {
        if *first == b'T' {
            if is_time {
                return None;
            }
            (is_time, rest) = (true, after);
            continue;
        }
        let (number, fraction, after) = parse_number(rest)?;
        if had_fraction {
            return None;
        }
        had_fraction = fraction.is_some();
        let (unit, after) = after.split_first()?;
        let scale = match (is_time, unit) {
            (true, b'H') => 3600,
            (true, b'M') => 60,
            (true, b'S') | (false, b'D') => 1,
            (false, b'Y') => 365,
            (false, b'M') => 30,
            (false, b'W') => 7,
            _ => return None,
        };
        rest = after;
        let counted = if is_time { &mut seconds } else { &mut days };
        *counted = counted.checked_add(number.checked_mul(scale)?)?;
        let extra = fraction.unwrap_or_default() * f64::from(scale);
        *counted = counted.checked_add(extra.trunc() as u32)?;
        let extra_seconds = if is_time { extra.fract() } else { extra.fract() * 86_400.0 };
        if !is_time {
            seconds = seconds.checked_add(extra_seconds.trunc() as u32)?;
        }
        microseconds =
            microseconds.checked_add((extra_seconds.fract() * 1_000_000.0).round() as u32)?;
    }
    (text.len() >= 2).then_some((days, seconds, microseconds))
}

/// Digits, and the decimals behind a point or a comma.
fn parse_number(text: &[u8]) -> Option<(u32, Option<f64>, &[u8])> {
    let (number, rest) = parse_digits(text)?;
    let [b'.' | b',', rest @ ..] = rest else { return Some((number, None, rest)) };
    let n_decimals = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (decimals, rest) = rest.split_at(n_decimals);
    let (mut numerator, mut denominator) = (0.0, 1.0);
    for digit in decimals {
        numerator = numerator * 10.0 + f64::from(digit - b'0');
        denominator *= 10.0;
    }
    Some((number, Some(numerator / denominator), rest))
}

fn parse_digits(text: &[u8]) -> Option<(u32, &[u8])> {
    let n_digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, rest) = text.split_at(n_digits);
    let mut number = 0_u32;
    for digit in digits {
        number = number.checked_mul(10)?.checked_add(u32::from(digit - b'0'))?;
    }
    (n_digits > 0).then_some((number, rest))
}

/// `3d`, `3 days`, `3 days, 10:00:00`.
fn parse_days(text: &[u8]) -> Option<Parts> {
    let (days, rest) = parse_digits(text)?;
    let ([b' ', b'd' | b'D', rest @ ..] | [b'd' | b'D', rest @ ..]) = rest else { return None };
    let rest = match rest {
        [b'a', b'y', b's', rest @ ..]
        | [b'a', b'y', rest @ ..]
        | [b'A', b'Y', b'S', rest @ ..]
        | [b'A', b'Y', rest @ ..] => rest,
        [b'a' | b'A', ..] => return None,
        rest => rest,
    };
    let ([b',', b' ', rest @ ..] | [b',' | b' ', rest @ ..] | rest) = rest;
    if rest.is_empty() {
        return Some((days, 0, 0));
    }
    let (more_days, seconds, microseconds) = parse_hours(rest)?;
    (more_days == 0).then_some((days, seconds, microseconds))
}

/// `HH:MM[:SS[.fraction]]` with any number of hours. Whatever stands behind six decimals is not
/// looked at.
fn parse_hours(text: &[u8]) -> Option<Parts> {
    const MINUTES_TO_MICROSECONDS: usize = "00:00.000000".len();
    let colon = text.iter().position(|byte| *byte == b':').filter(|_| text.len() >= 5)?;
    let (hours, rest) = text.split_at(colon);
    let (_, rest) = rest.split_first()?;
    if hours.len() > 10 || !hours.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let hours = hours.iter().fold(0, |sum, digit| sum * 10 + u64::from(digit - b'0'));
    let rest = rest.get(..MINUTES_TO_MICROSECONDS).unwrap_or(rest);
    let mut clock = b"00:".to_vec();
    clock.extend(rest);
    let (clock, []) = Clock::parse_start(&clock)? else { return None };
    let days = u32::try_from(hours / 24).ok().filter(|_| hours <= MAX_HOURS)?;
    let seconds = clock.seconds_of_day() + u32::try_from(hours % 24).ok()? * 3600;
    Some((days, seconds, clock.microsecond))
}

impl fmt::Display for Duration {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { negative, days, seconds, microseconds } = *self;
        if days == 0 && seconds == 0 && microseconds == 0 {
            return formatter.write_str("PT0S");
        }
        formatter.write_str(if negative { "-P" } else { "P" })?;
        let mut part = |number: u32, unit: &str| match number {
            0 => Ok(()),
            number => write!(formatter, "{number}{unit}"),
        };
        part(days / 365, "Y")?;
        part(days % 365, "D")?;
        if seconds == 0 && microseconds == 0 {
            return Ok(());
        }
        formatter.write_str("T")?;
        let mut part = |number: u32, unit: &str| match number {
            0 => Ok(()),
            number => write!(formatter, "{number}{unit}"),
        };
        part(seconds / 3600, "H")?;
        part(seconds % 3600 / 60, "M")?;
        match microseconds {
            0 => part(seconds % 60, "S"),
            microseconds => {
                let decimals = format!("{microseconds:06}");
                write!(formatter, "{}.{}S", seconds % 60, decimals.trim_end_matches('0'))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let duration = Duration::parse(text.as_bytes());
        let actual = duration.map_or_else(|| "no".to_owned(), |duration| duration.to_string());
        assert_eq!(actual, expected, "{text:?}");
    }

    #[test]
    fn iso_durations() {
        check("P1DT2H", "P1DT2H");
        check("-P1.5D", "-P1DT12H");
        check("P1,5D", "P1DT12H");
        check("P1Y1M", "P1Y30D");
        check("P1W", "P7D");
        check("PT0.1234567S", "PT0.123457S");
        check("PT0.9999999S", "PT1S");
        check("PT1M1H", "PT1H1M");
        check("P1DT", "P1D");
        check("PT1.S", "PT1S");
        check("-PT0S", "PT0S");
        check("P999999999D", "P2739726Y9D");
        check("P1000000000D", "no");
        check("P4294967296D", "no");
        check("P1.5DT1H", "no");
        check("PT1H30", "no");
        check("P", "no");
        check("PT", "no");
        check("p1d", "no");
    }

    #[test]
    fn days_and_hours() {
        check("10:00", "PT10H");
        check("-00:30", "-PT30M");
        check("100:00:00", "P4DT4H");
        check("1 day, 10:00", "P1DT10H");
        check("1d10:00:00.1234567Z", "P1DT10H0.123456S");
        check("1 DAYS 10:00", "P1DT10H");
        check("10:00:00.123456XYZ", "PT10H0.123456S");
        check("10:00:00.12345X", "no");
        check("1d24:00", "no");
        check("1 daY", "no");
        check("5:00", "no");
        check("0:00:05", "PT5S");
        check("3600", "no");
        check("24000000001:00", "no");
    }
}
