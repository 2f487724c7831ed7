//! Dates, times and durations as pydantic reads and writes them.

mod clock;
mod day;
mod duration;
mod moment;

pub(super) use clock::Clock;
pub(super) use day::Day;
pub(in crate::coerce) use duration::Duration;
pub(super) use moment::Moment;

use crate::{Tag, Tagged};

/// What tells moments apart that Python compares in UTC: whether there is an offset, seconds and
/// microseconds. `None` for what is neither a datetime nor a time.
pub(in crate::coerce) fn instant(tagged: &Tagged) -> Option<(bool, i64, u32)> {
    let (seconds, clock) = match tagged.tag() {
        Tag::DateTime => {
            let moment = Moment::from_iso(tagged.as_str().as_bytes())?;
            (moment.day.seconds(), moment.clock)
        }
        Tag::Time => (0, Clock::parse(tagged.as_str().as_bytes())?),
        _ => return None,
    };
    let local = seconds + i64::from(clock.seconds_of_day());
    let offset = i64::from(clock.offset.unwrap_or_default());
    Some((clock.offset.is_some(), local - offset, clock.microsecond))
}
