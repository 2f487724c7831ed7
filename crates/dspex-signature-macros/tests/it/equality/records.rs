//! Models in fields: alone, in containers, within each other, with docs, defaults and bounds.

use std::collections::BTreeMap;
use std::sync::Arc;

use dspex_signature::Value;
use dspex_signature_macros::{FieldType, Signature};

use super::{Check, classes};

/// Introduce the speaker.
#[derive(Signature)]
#[signature(output = Introduction)]
struct Introduce {
    speaker: Person,
    minutes: u8,
}

#[derive(FieldType)]
struct Introduction {
    introduction: String,
    /// Who says it.
    host: Person,
}

#[derive(FieldType)]
struct Person {
    name: String,
    age: u8,
}

/// Check an invoice against the delivery note.
#[derive(Signature)]
#[signature(output = CheckedInvoice)]
struct CheckInvoice {
    lines: Vec<Line>,
    note: String,
}

#[derive(FieldType)]
struct CheckedInvoice {
    /// As they should be.
    wrong_lines: Vec<Line>,
    #[field(ge = 0.0)]
    total: f64,
}

/// One line of an invoice.
#[derive(FieldType)]
struct Line {
    item: String,
    #[field(ge = 1, desc = "pieces")]
    quantity: u32,
    unit_price: f64,
    discount: Option<f64>,
}

/// Pick the team for Saturday.
#[derive(Signature)]
#[signature(output = Team)]
struct PickTeam {
    squad: BTreeMap<String, Player>,
    injured: Option<Player>,
    goalkeepers: BTreeMap<u8, Player>,
}

#[derive(FieldType)]
struct Team {
    team: BTreeMap<String, Player>,
    reserve: Option<Player>,
}

#[derive(FieldType)]
struct Player {
    number: u8,
    #[field(default)]
    captain: bool,
}

/// Fit a shape to points that somebody drew.
#[derive(Signature)]
#[signature(output = Shape)]
struct FitShape {
    points: Vec<Point>,
    corners: [Point; 2],
    labelled: (String, Point),
}

#[derive(FieldType)]
struct Shape {
    outline: Vec<[Point; 2]>,
    centre: (Point, Option<f64>),
    strokes: Vec<Vec<Point>>,
}

#[derive(FieldType)]
struct Point {
    x: f64,
    y: f64,
}

/// Turn the laboratory's notes into a report.
#[derive(Signature)]
#[signature(output = WrittenReport)]
struct WriteReport {
    notes: String,
    /// The one before, if any.
    last: Option<Report>,
}

#[derive(FieldType)]
struct WrittenReport {
    report: Report,
}

#[derive(FieldType)]
struct Report {
    patient: String,
    findings: BTreeMap<String, Finding>,
    #[field(default, max_length = 3)]
    remarks: Vec<String>,
}

/// What the laboratory found.
///
/// One per sample.
#[derive(FieldType)]
struct Finding {
    sample: String,
    mutations: Vec<Mutation>,
    #[field(default, desc = "the one that matters")]
    main: Option<Mutation>,
}

#[derive(FieldType)]
struct Mutation {
    gene: Gene,
    change: String,
    #[field(default, ge = 0.0, le = 1.0)]
    frequency: Option<f64>,
}

#[derive(FieldType)]
struct Gene {
    #[field(pattern = "^[A-Z0-9-]+$")]
    symbol: String,
    #[field(default)]
    aliases: Vec<String>,
}

/// Compare two deeds, clause by clause.
#[derive(Signature)]
#[signature(output = DeedChanges)]
struct CompareDeeds {
    old: Arc<Deed>,
    new: Box<Deed>,
}

#[derive(FieldType)]
struct DeedChanges {
    changed: Vec<Arc<Clause>>,
    worst: Option<Box<Clause>>,
}

/// A deed as it was signed.
#[derive(FieldType, Clone)]
struct Deed {
    parties: [String; 2],
    #[field(min_length = 1)]
    clauses: Vec<Clause>,
    annex: Option<Clause>,
}

#[derive(FieldType, Clone)]
struct Clause {
    number: Arc<String>,
    text: String,
    #[field(default = Box::new(1.0))]
    weight: Box<f64>,
}

#[derive(Signature)]
#[signature(output = Routed)]
struct RouteEvent {
    webhook: Webhook,
}

#[derive(FieldType)]
struct Routed {
    queue: String,
    reply: Webhook,
}

/// An event as the gateway posts it.
#[derive(FieldType)]
struct Webhook {
    #[field(rename = "eventId", desc = "unique")]
    event_id: String,
    r#type: String,
    #[field(rename = "createdAt")]
    created_at: Option<u64>,
    payload: serde_json::Value,
    #[field(default)]
    headers: BTreeMap<String, String>,
    #[field(default = Value::Null, desc = "whatever else came")]
    extra: Value,
    in_: Vec<Value>,
}

/// Write a recipe for what is in the fridge.
#[derive(Signature)]
#[signature(output = Cooked)]
struct Cook {
    #[field(min_length = 1)]
    fridge: Vec<Ingredient>,
}

#[derive(FieldType)]
struct Cooked {
    recipe: Recipe,
    /// What is still to be bought.
    #[field(max_length = 5)]
    shopping: Vec<Ingredient>,
}

/// Something to eat.
#[derive(FieldType)]
struct Ingredient {
    #[field(min_length = 1, max_length = 40, desc = "in the singular")]
    name: String,
    #[field(gt = 0, lt = 10_000)]
    grams: f64,
    #[field(default, desc = "may be left out")]
    optional: bool,
    #[field(default = vec!["none".to_owned()], max_length = 4)]
    substitutes: Vec<String>,
}

#[derive(FieldType)]
struct Recipe {
    #[field(max_length = 60)]
    title: String,
    #[field(default = 4, ge = 1, le = 12)]
    serves: u8,
    #[field(min_length = 1, desc = "in the order of use")]
    ingredients: Vec<Ingredient>,
    steps: Vec<String>,
    #[field(default, ge = 0, le = 5)]
    rating: Option<f64>,
}

/// Fill in what the applicant has said.
#[derive(Signature)]
#[signature(output = FilledForm)]
struct FillForm {
    statement: String,
    known: Empty,
}

#[derive(FieldType)]
struct FilledForm {
    form: Empty,
    others: BTreeMap<String, Vec<Empty>>,
    maybe: Vec<Option<Empty>>,
}

/// Says next to nothing.
#[derive(FieldType)]
struct Empty {
    #[field(default)]
    note: Option<String>,
}

pub(super) const CASES: &[(&str, Check)] = &classes![
    Introduce,
    CheckInvoice,
    PickTeam,
    FitShape,
    WriteReport,
    CompareDeeds,
    RouteEvent,
    Cook,
    FillForm,
];
