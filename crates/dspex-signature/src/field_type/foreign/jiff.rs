//! Dates, times and durations of jiff.

use jiff::civil::{Date, DateTime, Time};
use jiff::{SignedDuration, Timestamp};

use super::tagged::{read_duration, tagged, write_duration};

tagged! {
    Date, Date, "date", |date| date.to_string(), |text| text.parse().ok();
    Time, Time, "time without offset", |time| time.to_string(), |text| text.parse().ok();
    DateTime, DateTime, "datetime without offset",
        |moment| moment.to_string(), |text| without_offset(text).then(|| text.parse().ok())?;
    Timestamp, DateTime, "datetime with an offset",
        |moment| moment.to_string(), |text| text.parse().ok();
    SignedDuration, TimeDelta, "timedelta",
        |duration| write_duration(duration.as_nanos()),
        |text| read_duration(text).map(Self::from_micros);
}

/// Whether a datetime has none; jiff would pass over `+02:00`.
fn without_offset(text: &str) -> bool {
    let time = text.split_once('T').map_or("", |(_, time)| time);
    !time.contains(['+', '-', 'Z'])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{FieldType, Value};

    #[track_caller]
    fn check<T: FieldType>(given: impl Into<Value>, expected: &str) {
        let value = T::from_value(&given.into()).map(T::into_value).unwrap();
        let Value::Tagged(tagged) = &value else { panic!("{value:?}") };
        assert_eq!(tagged.as_str(), expected);
    }

    #[test]
    fn what_is_read_is_written_as_pydantic_writes_it() {
        check::<Date>("2024-05-06", "2024-05-06");
        check::<Time>("10:02:03.5", "10:02:03.500000");
        check::<DateTime>("2024-05-06T10:02:03", "2024-05-06T10:02:03");
        check::<Timestamp>("2024-05-06 10:02:03+02:00", "2024-05-06T08:02:03Z");
        check::<SignedDuration>("1 day, 2:00:00", "P1DT2H");
        check::<SignedDuration>(-1.5, "-PT1.5S");
    }

    #[test]
    fn what_the_type_has_no_room_for_is_refused() {
        for text in ["2024-05-06T10:00:00Z", "2024-05-06T10:00:00-02:00"] {
            let error = DateTime::from_value(&text.into()).unwrap_err();
            assert_eq!(error.to_string(), "expected `datetime without offset`, found `another`");
        }
        let error = Timestamp::from_value(&"2024-05-06T10:00:00".into()).unwrap_err();
        assert_eq!(error.to_string(), "expected `datetime with an offset`, found `another`");
    }
}
