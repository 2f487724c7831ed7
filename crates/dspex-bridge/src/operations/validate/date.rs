//! `date`: a date, a time or both, in a form that is named.

use std::sync::Arc;

use dspex_signature::{Tag, Value};
use jiff::civil::{Date, DateTime, Time};
use jiff::fmt::strtime;
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};

use super::{Found, Options, Row, Rule, ValidatorError};

pub(super) const ROW: Row = Row {
    name: "date",
    about: "a day that the calendar has, `2026-11-27`, or another `format`",
    options: &["format", "not_before", "not_after"],
    build,
};

/// The longest text, in bytes.
const MAX_BYTES: usize = 64;

/// The day of what is a time only.
const EPOCH: Date = Date::constant(1970, 1, 1);

struct Moment {
    format: Format,
    not_before: Option<DateTime>,
    not_after: Option<DateTime>,
}

enum Format {
    /// RFC 3339's `full-date`.
    Date,
    /// RFC 3339's `date-time`, with `Z` or an offset.
    DateTime,
    /// RFC 3339's `partial-time`.
    Time,
    /// Whatever `strptime` reads.
    Pattern(Pattern),
}

/// What `strptime` reads, and whether that names a day and a time.
struct Pattern {
    text: String,
    has_day: bool,
    has_time: bool,
}

fn build(options: &Options<'_>) -> Result<Arc<dyn Rule>, ValidatorError> {
    let format = match options.text("format")? {
        None | Some("date") => Format::Date,
        Some("datetime") => Format::DateTime,
        Some("time") => Format::Time,
        Some(text) => Format::Pattern(Pattern::new(text).ok_or_else(|| {
            let why = "should be `date`, `datetime`, `time` or a short pattern such as `%d.%m.%Y`";
            options.fault("format", why)
        })?),
    };
    let bound = |name| match options.text(name)? {
        None => Ok(None),
        Some(text) => match format.read(text) {
            Some(moment) => Ok(Some(moment)),
            None => Err(options.fault(name, "is not of the format itself")),
        },
    };
    let (not_before, not_after) = (bound("not_before")?, bound("not_after")?);
    Ok(Arc::new(Moment { not_before, not_after, format }))
}

impl Rule for Moment {
    fn check(&self, value: &Value, found: &mut Found) {
        found.each(value, |value, found| match value {
            // What Python has as a date was read already.
            Value::Tagged(tagged)
                if matches!(tagged.tag(), Tag::Date | Tag::DateTime | Tag::Time) =>
            {
                self.look(tagged.as_str(), found);
            }
            value => found.each_text(value, MAX_BYTES, |text, found| self.look(text, found)),
        });
    }
}

impl Moment {
    fn look(&self, text: &str, found: &mut Found) {
        let Some(moment) = self.format.read(text) else {
            let (message, hint) = self.format.words();
            return found.push("date", message, hint);
        };
        if self.not_before.is_some_and(|bound| moment < bound) {
            found.push("date.not_before", "is too early", "give a later one");
        }
        if self.not_after.is_some_and(|bound| moment > bound) {
            found.push("date.not_after", "is too late", "give an earlier one");
        }
    }
}

impl Format {
    /// The moment that a text names; with an offset, the one in UTC.
    fn read(&self, text: &str) -> Option<DateTime> {
        match self {
            Self::Date => Some(day(text)?.into()),
            Self::Time => Some(EPOCH.to_datetime(time(text)?)),
            Self::DateTime => {
                let (day_text, rest) = (text.get(..10)?, text.get(10..)?);
                let clock = rest.strip_prefix(['T', 't', ' '])?;
                let (clock, offset) = match clock.strip_suffix(['Z', 'z']) {
                    Some(clock) => (clock, 0),
                    None => {
                        let sign = clock.rfind(['+', '-'])?;
                        (clock.get(..sign)?, offset(clock.get(sign..)?)?)
                    }
                };
                let moment = day(day_text)?.to_datetime(time(clock)?);
                Some(in_utc(moment, SignedDuration::from_mins(offset)))
            }
            Self::Pattern(pattern) => pattern.read(text),
        }
    }

    fn words(&self) -> (&'static str, String) {
        match self {
            Self::Date => ("is not a date", "write `2026-11-27`".into()),
            Self::Time => ("is not a time", "write `09:30:00`".into()),
            Self::DateTime => {
                ("is not a date with time and offset", "write `2026-11-27T09:30:00Z`".into())
            }
            Self::Pattern(pattern) => {
                ("is not a date of the format", format!("write `{}`", pattern.text))
            }
        }
    }
}

impl Pattern {
    /// A pattern that reads what it writes.
    fn new(text: &str) -> Option<Self> {
        if text.len() > MAX_BYTES || !text.contains('%') {
            return None;
        }
        let written = strtime::format(text, Timestamp::UNIX_EPOCH).ok()?;
        let parsed = strtime::parse(text, written).ok()?;
        let (has_day, has_time) = (parsed.to_date().is_ok(), parsed.hour().is_some());
        (has_day || has_time).then(|| Self { text: text.to_owned(), has_day, has_time })
    }

    fn read(&self, text: &str) -> Option<DateTime> {
        let parsed = strtime::parse(&self.text, text).ok()?;
        let day = if self.has_day { parsed.to_date().ok()? } else { EPOCH };
        let time = if self.has_time { parsed.to_time().ok()? } else { Time::midnight() };
        let offset = parsed.offset().map_or(0, Offset::seconds);
        Some(in_utc(day.to_datetime(time), SignedDuration::from_secs(offset.into())))
    }
}

/// A moment of another offset in UTC; the last one there is where UTC has no year for it.
fn in_utc(moment: DateTime, offset: SignedDuration) -> DateTime {
    moment.saturating_sub(offset)
}

/// Exactly `YYYY-MM-DD`.
fn day(text: &str) -> Option<Date> {
    is_shaped(text, b"dddd-dd-dd").then(|| text.parse().ok())?
}

/// `hh:mm:ss`, with a fraction of up to nine digits.
fn time(text: &str) -> Option<Time> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let is_fraction = (1..=9).contains(&fraction.len()) && fraction.bytes().all(is_digit);
    (is_shaped(whole, b"dd:dd:dd") && is_fraction).then(|| text.parse().ok())?
}

/// `+hh:mm` in minutes.
fn offset(text: &str) -> Option<i64> {
    let sign = if text.starts_with('-') { -1 } else { 1 };
    let text = text.get(1..)?;
    if !is_shaped(text, b"dd:dd") {
        return None;
    }
    let (hours, minutes) = (text[..2].parse::<i64>().ok()?, text[3..].parse::<i64>().ok()?);
    (hours < 24 && minutes < 60).then_some(sign * (hours * 60 + minutes))
}

/// Whether a text has a digit for each `d` of a shape, and the shape's other characters.
fn is_shaped(text: &str, shape: &[u8]) -> bool {
    let fits =
        |(byte, shape): (u8, &u8)| if *shape == b'd' { is_digit(byte) } else { byte == *shape };
    text.len() == shape.len() && text.bytes().zip(shape).all(fits)
}

const fn is_digit(byte: u8) -> bool {
    byte.is_ascii_digit()
}

#[cfg(test)]
mod tests {
    use dspex_signature::fields;

    use super::*;
    use crate::operations::validate::tests::{fault, told};

    #[test]
    fn a_moment_is_read_in_one_form_exactly() {
        let of = |format: &str| fields! { "format" => format };
        let date = "the value is not a date";
        let offset = "the value is not a date with time and offset";
        for (format, text, expected) in [
            ("date", "2026-11-27", ""),
            ("date", "2024-02-29", ""),
            ("date", "2026-02-29", date),
            ("date", "20261127", date),
            ("date", "2026-11-27T00:00:00Z", date),
            ("date", "27.11.2026", date),
            ("date", "2026-11-2\u{664}", date),
            ("datetime", "2026-11-27T09:30:00Z", ""),
            ("datetime", "2026-11-27 09:30:00.123+05:30", ""),
            ("datetime", "9999-12-31T23:59:59-01:00", ""),
            ("datetime", "0000-01-01T00:00:00+01:00", ""),
            ("datetime", "2026-11-27T09:30:00", offset),
            ("datetime", "2026-11-27T24:00:00Z", offset),
            ("datetime", "2026-11-27T09:30:00+25:00", offset),
            ("datetime", "2026-11-27T09:30:00Z[Europe/London]", offset),
            ("time", "09:30:00.5", ""),
            ("time", "9:30", "the value is not a time"),
            ("%d.%m.%Y", "27.11.2026", ""),
            ("%d.%m.%Y", "31.11.2026", "the value is not a date of the format"),
            ("%d.%m.%Y", "27.11.2026 ", "the value is not a date of the format"),
            ("%H:%M", "09:30", ""),
        ] {
            assert_eq!(told("date", &of(format), text), expected, "{format}: {text}");
        }
        let long = "2".repeat(65);
        assert_eq!(told("date", &fields! {}, long), "the value has 65 bytes, more than 64");
        for format in ["iso", "%", "%Q%", "%B", "2026"] {
            assert!(fault("date", &of(format)).contains("should be `date`"), "{format}");
        }
    }

    #[test]
    fn moments_are_compared_in_utc() {
        let options = fields! {
            "format" => "datetime",
            "not_before" => "2026-11-27T09:00:00Z",
            "not_after" => "2026-11-27T10:00:00Z",
        };
        for (text, expected) in [
            ("2026-11-27T10:30:00+01:00", ""),
            ("2026-11-27T09:30:00+01:00", "the value is too early"),
            ("2026-11-27T09:30:00-01:00", "the value is too late"),
        ] {
            assert_eq!(told("date", &options, text), expected, "{text}");
        }
        let own = |format: &str, text: &str| fields! { "format" => format, "not_before" => text };
        for (options, text, expected) in [
            (own("%Y-%m-%d %H:%M %z", "2026-11-27 09:00 +0000"), "2026-11-27 10:30 +0100", ""),
            (
                own("%Y-%m-%d %H:%M %z", "2026-11-27 09:00 +0000"),
                "2026-11-27 09:30 +0100",
                "the value is too early",
            ),
            (own("%H:%M %z", "09:00 +0000"), "08:30 -0100", ""),
            (own("%H:%M %z", "09:00 +0000"), "09:30 +0100", "the value is too early"),
        ] {
            assert_eq!(told("date", &options, text), expected, "{text}");
        }
        let year = fields! { "not_before" => "2026-01-01" };
        let python = |text| Value::from(dspex_signature::Tagged::from_canonical(Tag::Date, text));
        assert_eq!(
            told("date", &year, vec![python("2026-01-01"), python("2025-12-31")]),
            "`[1]` is too early"
        );
        let wrong = fields! { "not_before" => "1 January" };
        assert!(
            fault("date", &wrong).starts_with("option `not_before` of validator `date` is not of")
        );
    }
}
