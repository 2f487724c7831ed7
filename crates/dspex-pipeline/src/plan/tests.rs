//! What the planner finds where types have not been checked before: shapes by hand.

use std::time::{Duration, Instant};

use dspex_signature::{Part, RecordShape, Shape};
use proptest::prelude::*;

use super::{Plan, StageEntry};
use crate::wiring::{Wiring, unfed};

const TEXT: RecordShape = record(&[Part::Own(&[("text", Shape::Str)])]);
const REPLY: RecordShape = record(&[Part::Own(&[("reply", Shape::Str)])]);
const COUNT: RecordShape = record(&[Part::Own(&[("reply", Shape::Int)])]);
const MAYBE_REPLY: RecordShape = record(&[Part::Maybe(&REPLY)]);
const BOTH: RecordShape = record(&[Part::Flat(&TEXT), Part::Flat(&REPLY)]);
const OPEN: RecordShape = RecordShape { name: "Fields", open: true, parts: &[] };

const fn record(parts: &'static [Part]) -> RecordShape {
    RecordShape { name: "Record", open: false, parts }
}

/// Plans stages `(name, reads, makes)` from `text` to `reply`; gives what is printed, without
/// the first line.
#[track_caller]
fn check(stages: &[(&str, &'static RecordShape, &'static RecordShape)], expected: &str) {
    let entries: Vec<StageEntry> = stages
        .iter()
        .map(|&(name, reads, makes)| StageEntry {
            name: name.to_owned(),
            reads,
            makes,
            after: Vec::new(),
        })
        .collect();
    let actual = match Plan::new("p", &TEXT, &entries, &REPLY) {
        Ok(plan) => plan.to_string(),
        Err(error) => error.to_string(),
    };
    let actual = actual.split_once('\n').map_or("", |(_, rest)| rest);
    assert_eq!(actual.trim(), expected.trim());
}

#[test]
fn faults_are_those_of_the_compiler() {
    check(&[], "the output reads `reply: str`, which no stage above it makes");
    check(
        &[("a", &REPLY, &COUNT)],
        "
  stage `a` reads `reply: str`, which no stage above it makes
  the output reads `reply: str`; stage `a` makes it `int`",
    );
    check(
        &[("a", &TEXT, &MAYBE_REPLY)],
        "the output reads `reply: str`, but stage `a` may be skipped; read an `Option`, or give \
         it `.otherwise(..)` or `.or(..)`",
    );
    check(
        &[("draft", &TEXT, &REPLY), ("polish", &TEXT, &REPLY)],
        "the output reads `reply`, which is made by `draft` and by `polish`; rename one of them",
    );
}

#[test]
fn a_replacement_is_read_by_those_below_it() {
    check(
        &[("a", &TEXT, &REPLY), ("b", &BOTH, &REPLY), ("c", &REPLY, &MAYBE_REPLY)],
        "
a -> b -> c
  a       text from input
  b       text from input, reply from a
  c       reply from b
  output  reply from c or b",
    );
}

#[test]
fn an_open_record_waits_for_all_above_it() {
    check(
        &[("a", &TEXT, &OPEN), ("b", &TEXT, &OPEN), ("c", &OPEN, &OPEN), ("d", &OPEN, &OPEN)],
        "
[a | b] -> c -> d
  a       text from input
  b       text from input
  c       whatever is there
  d       whatever is there
  output  reply perhaps from d or c or b or a",
    );
}

/// Planning is linear in the fields: a graph that is ten times as large must not take a hundred
/// times as long. The bound is loose, since other tests run beside this one.
#[test]
fn ten_thousand_stages_are_planned_in_no_time() {
    let names: Vec<String> = (0..10_000).map(|n| format!("s{n}")).collect();
    let entry = |name: &String| StageEntry {
        name: name.clone(),
        reads: &BOTH,
        makes: &REPLY,
        after: Vec::new(),
    };
    let mut entries: Vec<StageEntry> = names.iter().map(entry).collect();
    entries[0].reads = &TEXT;
    let start = Instant::now();
    let plan = Plan::new("p", &TEXT, &entries, &REPLY).unwrap();
    let took = start.elapsed();
    assert_eq!(plan.levels().len(), 10_000);
    assert!(took < Duration::from_secs(2), "{took:?}");
}

const NAMES: [&str; 3] = ["a", "b", "c"];
const SHAPES: [Shape; 3] = [Shape::Str, Shape::Int, Shape::Option(&Shape::Str)];

type Fields = Vec<(usize, usize)>;

/// A record of these names and shapes, of which tests may leak some.
fn leak(fields: &Fields, maybe: bool) -> &'static RecordShape {
    let mut own: Vec<(&str, Shape)> =
        fields.iter().map(|(name, shape)| (NAMES[*name], SHAPES[*shape])).collect();
    own.sort_by_key(|(name, _)| *name);
    own.dedup_by_key(|(name, _)| *name);
    let plain = record(vec![Part::Own(own.leak())].leak());
    if !maybe {
        return Box::leak(Box::new(plain));
    }
    let plain: &'static RecordShape = Box::leak(Box::new(plain));
    Box::leak(Box::new(record(vec![Part::Maybe(plain)].leak())))
}

fn fields(n: usize) -> impl Strategy<Value = Fields> {
    proptest::collection::vec((0..NAMES.len(), 0..SHAPES.len()), 0..n)
}

/// What rustc would say: whether all stages, and then the output, find what they read.
fn compiles(input: &'static RecordShape, stages: &[StageEntry], output: &RecordShape) -> bool {
    let nothing = leak(&Vec::new(), false);
    let mut wiring: &'static Wiring =
        Box::leak(Box::new(Wiring { above: None, reads: nothing, makes: input }));
    for stage in stages {
        if unfed(wiring, stage.reads).is_some() {
            return false;
        }
        let (reads, makes) = (stage.reads, stage.makes);
        wiring = Box::leak(Box::new(Wiring { above: Some(wiring), reads, makes }));
    }
    unfed(wiring, output).is_none()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    /// The planner repeats the rules for what has no types; it must not know others.
    #[test]
    fn the_planner_and_rustc_agree(
        input in fields(3),
        stages in proptest::collection::vec((fields(3), fields(2), any::<bool>()), 0..5),
        output in fields(2),
    ) {
        let (input, output) = (leak(&input, false), leak(&output, false));
        let stages: Vec<StageEntry> = stages
            .iter()
            .enumerate()
            .map(|(position, (reads, makes, maybe))| StageEntry {
                name: format!("s{position}"),
                reads: leak(reads, false),
                makes: leak(makes, *maybe),
                after: Vec::new(),
            })
            .collect();
        let planned = Plan::new("p", input, &stages, output);
        prop_assert_eq!(planned.is_ok(), compiles(input, &stages, output), "{:?}", planned);
    }
}
