//! Where the native engine and DSPy differ over one call.

use std::fmt;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use dspex_bridge::llm::CompletionRequest;
use dspex_bridge::{CallError, CallErrorKind, EngineKind, Exactness, Meta, Outcome, Turn};
use dspex_signature::{Fields, Value};

/// Where two answers to one call differ.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ShadowDifference {
    /// The place, which holds nothing of the texts: `question 1, message 2, character 17`.
    pub place: String,
    /// What is there natively; only where texts are [kept](super::Shadow::with_texts).
    pub native: Option<String>,
    /// What is there in DSPy.
    pub python: Option<String>,
}

impl fmt::Display for ShadowDifference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.place)
    }
}

impl ShadowDifference {
    pub(super) fn at(place: impl Into<String>) -> Self {
        Self { place: place.into(), native: None, python: None }
    }

    fn between(place: &str, native: impl fmt::Debug, python: impl fmt::Debug) -> Self {
        let texts = [format!("{native:?}"), format!("{python:?}")];
        let [hash, other] = texts.each_ref().map(|text| hash(text));
        let [native, python] = texts.map(Some);
        // Like hashes of several calls tell that it is one difference.
        Self { place: format!("{place} ({hash:08x} and {other:08x})"), native, python }
    }

    pub(super) fn of_question(self, question: usize) -> Self {
        Self { place: format!("question {question}, {}", self.place), ..self }
    }

    pub(super) fn without_texts(self) -> Self {
        Self { native: None, python: None, ..self }
    }
}

fn hash(text: &str) -> u32 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    (hasher.finish() >> 32) as u32
}

/// What the native engine said of a call.
pub(super) enum Answer {
    Outputs(Fields),
    /// DSPy raises `AdapterParseError`.
    Unread,
}

impl Answer {
    /// `None` for failures that say nothing of prompts and parsing, such as a model's.
    pub(super) fn of(result: &Result<Outcome, CallError>) -> Option<Self> {
        match result {
            // What the native engine passed on tells nothing of it, and what it says itself to be
            // approximate is known to differ.
            Ok(outcome) if !is_exact(outcome.meta()) => None,
            Ok(outcome) => Some(Self::Outputs((**outcome).clone())),
            Err(error) if matches!(error.kind(), CallErrorKind::Parse { .. }) => Some(Self::Unread),
            Err(_) => None,
        }
    }
}

fn is_exact(meta: &Meta) -> bool {
    meta.engine == EngineKind::Native && meta.exactness == Exactness::Exact
}

/// The first difference between answers, once the questions are found to be the same.
pub(super) fn compare(
    native: &Answer,
    python: &Result<Outcome, CallError>,
) -> Option<ShadowDifference> {
    match (native, python) {
        (Answer::Outputs(native), Ok(python)) => compare_outputs(native, python),
        (Answer::Unread, Ok(_)) => {
            Some(ShadowDifference::at("a completion that only DSPy can read"))
        }
        (Answer::Outputs(_), Err(error)) if super::tells_of_dspy(error) => {
            let place = format!("a completion that DSPy refuses ({})", error.kind().name());
            Some(ShadowDifference {
                python: Some(error.to_string()),
                ..ShadowDifference::at(place)
            })
        }
        (_, Err(_)) => None,
    }
}

fn compare_outputs(native: &Fields, python: &Fields) -> Option<ShadowDifference> {
    let all = native.iter().map(|(name, _)| name).chain(python.iter().map(|(name, _)| name));
    all.into_iter().find_map(|name| match (native.value(name), python.value(name)) {
        (Some(ours), Some(theirs)) if is_same(ours, theirs) => None,
        (ours, theirs) => {
            Some(ShadowDifference::between(&format!("output `{name}`"), ours, theirs))
        }
    })
}

/// Whether values are the same; a float that is no number is so as well.
fn is_same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Float(one), Value::Float(other)) => {
            one == other || (one.is_nan() && other.is_nan())
        }
        (Value::List(one), Value::List(other)) => {
            one.len() == other.len()
                && one.iter().zip(other).all(|(one, other)| is_same(one, other))
        }
        (Value::Map(one), Value::Map(other)) => compare_outputs(one, other).is_none(),
        _ => one == other,
    }
}

/// The first difference between what was asked natively and what DSPy asks.
pub(super) fn compare_requests(
    native: &Turn,
    python: &CompletionRequest,
) -> Option<ShadowDifference> {
    let (ours, theirs) = (&native.messages, &python.messages);
    for (index, (one, other)) in ours.iter().zip(theirs).enumerate() {
        let place = format!("message {}", index + 1);
        if one.role != other.role {
            return Some(ShadowDifference::between(
                &format!("{place}, role"),
                one.role,
                other.role,
            ));
        }
        let (text, others) = (one.text(), other.text());
        if text != others {
            let same = text.chars().zip(others.chars()).take_while(|(one, other)| one == other);
            let place = format!("{place}, character {}", same.count() + 1);
            return Some(ShadowDifference::between(&place, text, others));
        }
        if one != other {
            return Some(ShadowDifference::between(&place, one, other));
        }
    }
    if ours.len() != theirs.len() {
        return Some(ShadowDifference::between("messages", ours.len(), theirs.len()));
    }
    if native.response_format != python.response_format {
        let (ours, theirs) = (&native.response_format, &python.response_format);
        return Some(ShadowDifference::between("response format", ours, theirs));
    }
    let (ours, theirs) = (&native.sampling, &python.sampling);
    (ours != theirs).then(|| ShadowDifference::between("sampling", ours, theirs))
}

#[cfg(test)]
mod tests {
    use dspex_signature::fields;

    use super::*;

    #[test]
    fn outputs_differ_by_name() {
        let same = |one: Fields, other: Fields| {
            compare_outputs(&one, &other).map(|difference| difference.place[..9].to_owned())
        };
        let nan = || fields! { "a" => f64::NAN, "b" => vec![1, 2] };
        assert_eq!(same(nan(), nan()), None);
        assert_eq!(same(fields! { "a" => 1, "b" => 2 }, fields! { "b" => 2, "a" => 1 }), None);
        assert_eq!(same(fields! { "a" => 1 }, fields! { "a" => 1.0 }).unwrap(), "output `a");
        assert_eq!(same(fields! {}, fields! { "b" => 1 }).unwrap(), "output `b");
        assert_eq!(
            same(fields! { "a" => vec![1] }, fields! { "a" => vec![1, 2] }).unwrap(),
            "output `a"
        );
    }
}
