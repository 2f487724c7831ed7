//! What all validators have in common, and how the tests of each ask it.

use dspex_signature::{Fields, SurrogateText, Value, fields};
use dspex_signature_macros::FieldType;

use super::{Checks, Validator, ValidatorError, Violations};

/// What a validator says of a value; empty where it passes.
pub(super) fn told(name: &str, options: &Fields, value: impl Into<Value>) -> String {
    let validator = Validator::new(name, options).unwrap_or_else(|error| panic!("{error}"));
    validator
        .check(&value.into())
        .map_or_else(|violations| violations.to_string(), |()| String::new())
}

/// Why a validator is not made, and what to do.
pub(super) fn fault(name: &str, options: &Fields) -> String {
    let error = Validator::new(name, options).expect_err("the validator was made");
    format!("{error}; {}", error.hint())
}

#[test]
fn what_is_not_known_is_answered_with_what_is() {
    let unknown = Validator::named("lenght").unwrap_err();
    assert_eq!(unknown.to_string(), "there is no validator `lenght`");
    let names: Vec<_> = Validator::names().map(|name| format!("`{name}`")).collect();
    assert_eq!(
        unknown.hint(),
        format!("validators are {}; did you mean `length`?", names.join(", "))
    );
    assert_eq!(
        fault("length", &fields! { "maximum" => 1 }),
        "validator `length` has no option `maximum`; its options are `min`, `max`, `unit`"
    );
}

#[test]
fn records_are_checked_field_by_field() {
    let checks = || {
        let short = Validator::new("length", &fields! { "max" => 2 }).unwrap();
        let positive = Validator::new("range", &fields! { "gt" => 0 }).unwrap();
        Checks::new().field("text", short.clone()).optional("note", short).field("scores", positive)
    };
    let fields = fields! { "text" => "abc", "note" => Value::Null, "scores" => [1, 0] };
    let violations = checks().check(&fields).unwrap_err();
    let expected = "`text` has 3 characters, more than 2; `scores[1]` is not more than 0";
    assert_eq!(violations.to_string(), expected);
    assert_eq!(violations.hint(), "give at most 2; give a number that is more than 0");
    let missing = checks().check(&fields! { "text" => "a" }).unwrap_err();
    assert_eq!(missing.to_string(), "`scores` is missing");

    #[derive(FieldType, Debug, PartialEq)]
    struct Scored {
        text: String,
        scores: Vec<i64>,
    }
    let gate = checks().stage::<Scored>();
    assert_eq!(gate.err(), Some(ValidatorError::NoField("note".into())));
    let positive = Validator::new("range", &fields! { "gt" => 0 }).unwrap();
    let gate = Checks::new().field("scores", positive).stage::<Scored>().unwrap();
    let scored = |score| Scored { text: "a".into(), scores: vec![score] };
    assert_eq!(gate(scored(1)), Ok(scored(1)));
    assert_eq!(gate(scored(0)).unwrap_err().to_string(), "`scores[0]` is not more than 0");
}

#[test]
fn text_with_halves_of_characters_is_told_as_that() {
    let half = SurrogateText::parse(b"ada@\xed\xa0\x80").unwrap();
    let expected = "the value has surrogates, which are halves of characters";
    for name in ["email", "pii", "url"] {
        assert_eq!(told(name, &fields! {}, half.clone()), expected, "{name}");
    }
}

#[test]
fn violations_are_bounded_and_values_themselves() {
    let positive = Validator::new("range", &fields! { "gt" => 0 }).unwrap();
    let violations = positive.check(&vec![0; 1000].into()).unwrap_err();
    assert_eq!(violations.len(), Violations::MAX);
    let first = Value::from(violations.into_iter().next().unwrap());
    let expected = fields! {
        "path" => "[0]", "rule" => "range.gt", "message" => "is not more than 0",
        "hint" => "give a number that is more than 0", "at" => Value::Null,
    };
    assert_eq!(first, expected.into());
}
