//! Dates, times and durations.

use std::borrow::Cow;

use super::{
    Exactness, Lax, given,
    time::{Clock, Day, Duration, Moment},
};
use crate::{Tag, Tagged, Type, Value};

impl Lax<'_> {
    pub(super) fn date(&mut self, given: Cow<'_, Value>) -> Option<Value> {
        if is(Tag::Date, &given) {
            return Some(given.into_owned());
        }
        let day = match bytes(&given) {
            Some(text) => match Day::parse(text) {
                Some(day) => day.within_python(),
                None => Moment::parse(text).and_then(Moment::into_day),
            },
            None => moment(&given).and_then(Moment::into_day),
        };
        self.is_lax(&Type::Date, &given, day.map(|day| tagged(Tag::Date, &day)))
    }

    pub(super) fn datetime(&mut self, given: Cow<'_, Value>) -> Option<Value> {
        if is(Tag::DateTime, &given) {
            return Some(given.into_owned());
        }
        let moment = match bytes(&given) {
            Some(text) => Moment::parse(text),
            None => moment(&given),
        };
        let moment = moment.map(|moment| tagged(Tag::DateTime, &moment));
        self.is_lax(&Type::DateTime, &given, moment)
    }

    pub(super) fn time(&mut self, given: Cow<'_, Value>) -> Option<Value> {
        if is(Tag::Time, &given) {
            return Some(given.into_owned());
        }
        let clock = match (&*given, bytes(&given)) {
            (_, Some(text)) => Clock::parse(text),
            (Value::Bool(_), _) => None,
            (Value::Int(seconds), _) => Clock::from_seconds(*seconds, 0),
            (other, _) => given::float(other).and_then(Clock::from_float),
        };
        self.is_lax(&Type::Time, &given, clock.map(|clock| tagged(Tag::Time, &clock)))
    }

    pub(super) fn timedelta(&mut self, given: Cow<'_, Value>) -> Option<Value> {
        if is(Tag::TimeDelta, &given) {
            return Some(given.into_owned());
        }
        let duration = match (&*given, bytes(&given)) {
            (_, Some(text)) => Duration::parse(text),
            (Value::Int(seconds), _) => Duration::from_int(*seconds),
            (other, _) => given::float(other).and_then(Duration::from_float),
        };
        match duration {
            Some(duration) if !duration.is_within_python() => {
                self.leak("Python has no duration as negative as this one".to_owned())
            }
            Some(duration) => self.is(Exactness::Lax, tagged(Tag::TimeDelta, &duration)),
            None => self.fault(Type::TimeDelta, &given),
        }
    }
}

fn is(tag: Tag, value: &Value) -> bool {
    matches!(value, Value::Tagged(tagged) if tagged.tag() == tag)
}

fn tagged(tag: Tag, value: &impl ToString) -> Value {
    Tagged::from_canonical(tag, value.to_string()).into()
}

fn bytes(value: &Value) -> Option<&[u8]> {
    match value {
        Value::Text(text) => Some(text.as_bytes()),
        Value::Bytes(bytes) => Some(bytes),
        _ => None,
    }
}

/// The moment that a number or a date stands for.
fn moment(value: &Value) -> Option<Moment> {
    let moment = match value {
        Value::Bool(_) => None,
        Value::Int(timestamp) => Moment::from_int(*timestamp),
        Value::Tagged(tagged) if matches!(tagged.tag(), Tag::Date | Tag::DateTime) => {
            Moment::parse(tagged.as_str().as_bytes())
        }
        other => given::float(other).and_then(Moment::from_float),
    };
    moment.and_then(Moment::within_python)
}
