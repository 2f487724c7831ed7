//! The rules of wiring, one case a line.

use dspex_signature::{Part, RecordShape, Shape};

use super::{Text, Wiring, fits, lacking, unfed};

const NOTHING: RecordShape = record("nothing", &[]);
const TEXT: RecordShape = record("Ticket", &[Part::Own(&[("text", Shape::Str)])]);
const REPLY: RecordShape = record("Draft", &[Part::Own(&[("reply", Shape::Str)])]);
const COUNT: RecordShape = record("Count", &[Part::Own(&[("reply", Shape::Int)])]);
const MAYBE_REPLY: RecordShape = record("Draft", &[Part::Maybe(&REPLY)]);
const MAYBE_COUNT: RecordShape = record("Draft", &[Part::Maybe(&COUNT)]);
const OPEN: RecordShape = RecordShape { name: "Fields", open: true, parts: &[] };

const fn record(name: &'static str, parts: &'static [Part]) -> RecordShape {
    RecordShape { name, open: false, parts }
}

/// Reads `reply: need` below an input that makes `text` and the stages `(reads, makes)`.
#[track_caller]
fn check(stages: &[(&'static RecordShape, &'static RecordShape)], need: Shape, expected: &str) {
    let input = Wiring { above: None, reads: &NOTHING, makes: &TEXT };
    let mut wiring: &'static Wiring = Box::leak(Box::new(input));
    for (reads, makes) in stages {
        wiring = Box::leak(Box::new(Wiring { above: Some(wiring), reads, makes }));
    }
    let fields: &'static [(&str, Shape)] = Box::leak(Box::new([("reply", need)]));
    let parts: &'static [Part] = Box::leak(Box::new([Part::Own(fields)]));
    let needs = RecordShape { name: "Reader", open: false, parts };
    let actual = unfed(wiring, &needs);
    assert_eq!(actual.as_ref().map_or("fits", Text::as_str), expected);
}

const SOMETIMES: &str = "`Reader` reads `reply: str`, but the stage above makes it `str` only \
     sometimes; read an `Option`, or give that stage `.otherwise(..)` or `.or(..)`";
const SEVERAL: &str = "`Reader` reads `reply`, which several stages above it make; rename one \
     of them";

#[test]
fn a_field_comes_from_the_stage_that_makes_it() {
    check(&[(&TEXT, &REPLY)], Shape::Str, "fits");
    check(&[(&TEXT, &REPLY)], Shape::Option(&Shape::Str), "fits");
    check(&[(&TEXT, &REPLY)], Shape::Any, "fits");
    let differs = "`Reader` reads `reply: int`, but the stage above makes it `str`";
    check(&[(&TEXT, &REPLY)], Shape::Int, differs);
}

#[test]
fn a_field_that_nobody_makes_may_only_be_an_option() {
    check(&[], Shape::Option(&Shape::Str), "fits");
    let unmade = "`Reader` reads `reply: list[Topic]`, which no stage above it makes";
    check(&[], Shape::List(&Shape::Named("Topic")), unmade);
}

#[test]
fn a_stage_that_may_be_skipped_is_read_as_an_option() {
    check(&[(&TEXT, &MAYBE_REPLY)], Shape::Str, SOMETIMES);
    check(&[(&TEXT, &MAYBE_REPLY)], Shape::Option(&Shape::Str), "fits");
}

#[test]
fn a_stage_that_reads_what_it_makes_replaces_it() {
    check(&[(&TEXT, &REPLY), (&REPLY, &REPLY)], Shape::Str, "fits");
    check(&[(&TEXT, &REPLY), (&TEXT, &REPLY)], Shape::Str, SEVERAL);
    check(&[(&TEXT, &REPLY), (&TEXT, &REPLY), (&REPLY, &REPLY)], Shape::Str, "fits");
    check(&[(&TEXT, &REPLY), (&REPLY, &REPLY), (&TEXT, &REPLY)], Shape::Str, SEVERAL);
}

#[test]
fn a_skipped_replacement_leaves_the_old_value() {
    check(&[(&TEXT, &REPLY), (&REPLY, &MAYBE_REPLY)], Shape::Str, "fits");
    check(&[(&TEXT, &MAYBE_REPLY), (&REPLY, &MAYBE_REPLY)], Shape::Str, SOMETIMES);
    check(&[(&REPLY, &MAYBE_REPLY)], Shape::Str, SOMETIMES);
    let differs = "`Reader` reads `reply: str`, but the stage above makes it `int`";
    check(&[(&TEXT, &REPLY), (&REPLY, &MAYBE_COUNT)], Shape::Str, differs);
}

#[test]
fn what_an_open_record_has_is_known_to_a_run_only() {
    check(&[(&TEXT, &OPEN)], Shape::Str, "fits");
    check(&[(&TEXT, &REPLY), (&TEXT, &OPEN)], Shape::Str, "fits");
    check(&[(&TEXT, &REPLY), (&OPEN, &REPLY)], Shape::Str, "fits");
}

#[test]
fn an_int_is_read_as_a_float_but_not_the_other_way_round() {
    assert!(fits(&Shape::Float, &Shape::Int, false));
    assert!(!fits(&Shape::Int, &Shape::Float, false));
    assert!(fits(&Shape::List(&Shape::Float), &Shape::List(&Shape::Int), false));
    assert!(!fits(&Shape::List(&Shape::Int), &Shape::Set(&Shape::Int), false));
    let pair = Shape::Tuple(&[Shape::Str, Shape::Int]);
    assert!(fits(&Shape::Tuple(&[Shape::Str, Shape::Float]), &pair, false));
    assert!(!fits(&Shape::Tuple(&[Shape::Str]), &pair, false));
    assert!(fits(
        &Shape::Dict(&Shape::Str, &Shape::Float),
        &Shape::Dict(&Shape::Str, &Shape::Int),
        false
    ));
}

#[test]
fn a_stand_in_makes_at_least_the_same() {
    assert!(lacking(&REPLY, &REPLY).is_none());
    assert!(lacking(&OPEN, &REPLY).is_none());
    let text = lacking(&TEXT, &REPLY).unwrap();
    let expected = "the stage that stands in for another makes `Ticket`, which lacks `reply: str` \
         of `Draft`";
    assert_eq!(text.as_str(), expected);
    assert!(lacking(&MAYBE_REPLY, &REPLY).is_some());
}
