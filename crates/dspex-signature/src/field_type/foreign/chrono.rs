//! Dates, times and durations of chrono.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};

use super::tagged::{read_duration, tagged, write_duration};

const WITH_OFFSET: &str = "%Y-%m-%dT%H:%M:%S%.f%:z";

tagged! {
    NaiveDate, Date, "date", |date| date.to_string(), |text| text.parse().ok();
    NaiveTime, Time, "time without offset", |time| time.to_string(), |text| text.parse().ok();
    NaiveDateTime, DateTime, "datetime without offset",
        |moment| moment.to_string(), |text| text.parse().ok();
    DateTime<FixedOffset>, DateTime, "datetime with an offset",
        |moment| moment.format(WITH_OFFSET).to_string(),
        |text| Self::parse_from_rfc3339(text).ok();
    DateTime<Utc>, DateTime, "datetime with an offset",
        |moment| moment.format(WITH_OFFSET).to_string(),
        |text| Some(DateTime::parse_from_rfc3339(text).ok()?.to_utc());
    TimeDelta, TimeDelta, "timedelta",
        |duration| {
            let seconds = i128::from(duration.num_seconds()) * 1_000_000_000;
            write_duration(seconds + i128::from(duration.subsec_nanos()))
        },
        |text| read_duration(text).map(TimeDelta::microseconds);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{FieldType, Value};

    #[track_caller]
    fn check<T: FieldType>(given: impl Into<Value>, expected: &str) {
        let value = T::from_value(&given.into()).map(T::into_value).unwrap();
        let Value::Tagged(tagged) = &value else { panic!("{value:?}") };
        assert_eq!((tagged.as_str(), T::field_type().to_string()), (expected, tagged_type(tagged)));
    }

    fn tagged_type(tagged: &crate::Tagged) -> String {
        match tagged.tag().python_type() {
            "UUID" => "uuid.UUID".to_owned(),
            "Decimal" => "decimal.Decimal".to_owned(),
            name => format!("datetime.{name}"),
        }
    }

    #[test]
    fn what_is_read_is_written_as_pydantic_writes_it() {
        check::<NaiveDate>("2024-05-06", "2024-05-06");
        check::<NaiveTime>("10:02:03.5", "10:02:03.500000");
        check::<NaiveDateTime>("2024-05-06T10:02:03", "2024-05-06T10:02:03");
        check::<DateTime<Utc>>("2024-05-06 10:02:03+02:00", "2024-05-06T08:02:03Z");
        check::<DateTime<FixedOffset>>("2024-05-06T10:02:03+02:00", "2024-05-06T10:02:03+02:00");
        check::<TimeDelta>("1 day, 2:00:00", "P1DT2H");
        check::<TimeDelta>(-1.5, "-PT1.5S");
        check::<DateTime<Utc>>(1_700_000_000, "2023-11-14T22:13:20Z");
    }

    #[test]
    fn what_the_type_has_no_room_for_is_refused() {
        let error = NaiveDateTime::from_value(&"2024-05-06T10:00:00Z".into()).unwrap_err();
        assert_eq!(error.to_string(), "expected `datetime without offset`, found `another`");
        let error = DateTime::<Utc>::from_value(&"2024-05-06T10:00:00".into()).unwrap_err();
        assert_eq!(error.to_string(), "expected `datetime with an offset`, found `another`");
        let error = NaiveDate::from_value(&"soon".into()).unwrap_err();
        assert_eq!(error.to_string(), "expected `datetime.date`, found `str`");
    }
}
