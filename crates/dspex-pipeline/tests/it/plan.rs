//! Plans and wiring faults, as they are printed.

use dspex_pipeline::{Pipeline, StageExt, pipeline};
use dspex_signature::{Part, Record, RecordShape, Shape};

use crate::domain::{
    Draft, Sorted, Ticket, ToDraft, Triaged, canned, draft, find, is_urgent, record, sort, triage,
};

record!(Reply { reply: String });

fn polish(draft: Reply) -> Reply {
    draft
}

#[test]
fn a_plan_says_who_feeds_whom() {
    let expected = "\
triage: Ticket -> Triaged
[sort | find] -> draft
  sort    text from input
  find    text from input
  draft   text from input, topic from sort, similar from find
  output  id from input, urgency from sort, reply from draft";
    assert_eq!(triage().plan().to_string(), expected);
    assert_eq!(triage().plan().levels(), [vec!["sort", "find"], vec!["draft"]]);
}

#[test]
fn a_condition_is_wired_like_a_stage_and_a_replacement_may_be_skipped() {
    let pipeline = pipeline!(reply: Ticket => Reply {
        sort = sort;
        draft = canned.when(is_urgent).otherwise(canned);
        polish = polish.when(is_urgent);
        file = find.after("polish");
    });
    let expected = "\
reply: Ticket -> Reply
sort -> draft -> polish -> file
  sort    text from input
  draft   topic from sort, urgency from sort
  polish  reply from draft, topic from sort, urgency from sort
  file    text from input; after polish
  output  reply from polish or draft";
    assert_eq!(pipeline.unwrap().plan().to_string(), expected);
}

#[test]
fn all_faults_are_told_at_once() {
    let error = Pipeline::builder::<Ticket>("triage")
        .stage("sort", sort.after("draft"))
        .stage("find", find.after("sorted"))
        .stage("find", find_again)
        .stage("draft", canned.or_else(canned.after("fnid")))
        .build::<Ticket, Draft>()
        .unwrap_err();
    let expected = "\
pipeline `triage` has 4 wiring faults
  two stages are called `find`
  stage `find` runs after `sorted`, which is no stage; did you mean `sort`?
  stage `draft` runs after `fnid`, which is no stage; did you mean `find`?
  stages `sort` -> `draft` -> `sort` wait for each other";
    assert_eq!(error.to_string(), expected);
}

record!(Nothing { nothing: Option<String> });
record!(Found { found: u8 });

fn find_again(_: Nothing) -> Found {
    Found { found: 1 }
}

/// Reads `reply` of one stage by its full name.
struct From;

impl Record for From {
    const SHAPE: RecordShape = RecordShape {
        name: "From",
        open: false,
        parts: &[Part::Own(&[("drafd.reply", Shape::Str), ("sort.urgency", Shape::Str)])],
    };

    fn into_fields(self) -> dspex_signature::Fields {
        dspex_signature::Fields::new()
    }

    fn from_fields(_: &dspex_signature::Fields) -> Result<Self, dspex_signature::ValueError> {
        Ok(Self)
    }
}

#[test]
fn full_names_are_checked_by_build() {
    let error = Pipeline::builder::<Ticket>("triage")
        .stage("sort", sort)
        .stage("draft", canned)
        .build::<Ticket, From>()
        .unwrap_err();
    let expected = "\
pipeline `triage` has 2 wiring faults
  the output reads `drafd.reply`, but no stage `drafd` stands above it; did you mean `draft`?
  the output reads `sort.urgency: str`; stage `sort` makes it `int`";
    assert_eq!(error.to_string(), expected);
}

#[test]
fn names_that_cannot_be_are_refused() {
    let error = Pipeline::builder::<Ticket>("triage")
        .stage("input", sort)
        .stage("a.b", find)
        .stage("draft", draft)
        .build::<Ticket, Triaged>()
        .unwrap_err();
    let expected = "\
pipeline `triage` has 2 wiring faults
  a stage cannot be called `input`: that is the pipeline's own
  a stage cannot be called `a.b`: names have no dot";
    assert_eq!(error.to_string(), expected);
}

#[test]
fn a_raw_identifier_is_its_name() {
    let pipeline = pipeline!(r#match: Ticket => Sorted { r#type = sort; }).unwrap();
    assert_eq!(pipeline.name(), "match");
    assert_eq!(pipeline.plan().stages().collect::<Vec<_>>(), ["type"]);
}

#[test]
fn the_builder_is_the_macro_spelt_out() {
    let built = Pipeline::builder::<Ticket>("triage")
        .stage("sort", |ticket: crate::domain::Text| sort(ticket))
        .stage("find", find)
        .stage("draft", |known: ToDraft| draft(known))
        .build::<Ticket, Triaged>()
        .unwrap();
    assert_eq!(built.plan().to_string(), triage().plan().to_string());
}
