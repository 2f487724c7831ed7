//! Dictionaries and sets, and what they hold.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use dspex_signature::Value;
use dspex_signature_macros::{FieldType, Signature};

use super::{Check, classes};

/// Translate the texts of a user interface; the keys stay.
#[derive(Signature)]
#[signature(output = Localized)]
struct Localize {
    #[field(min_length = 1)]
    texts: BTreeMap<String, String>,
    /// Characters that fit.
    limits: BTreeMap<String, u16>,
}

#[derive(FieldType)]
struct Localized {
    localized: BTreeMap<String, String>,
    confidence: BTreeMap<String, f32>,
    untouched: BTreeMap<String, bool>,
}

/// Predict how many trams run full, by hour.
#[derive(Signature)]
#[signature(output = Demand)]
struct PredictDemand {
    history: BTreeMap<u8, u32>,
    #[field(desc = "by day, 0 is today")]
    events: BTreeMap<i64, String>,
}

#[derive(FieldType)]
struct Demand {
    demand: BTreeMap<u8, f64>,
    changes: BTreeMap<i32, Vec<i16>>,
}

/// Build a glossary from the chapters.
#[derive(Signature)]
#[signature(output = Glossary)]
struct BuildGlossary {
    chapters: BTreeMap<String, Vec<String>>,
    known: BTreeMap<String, BTreeMap<String, String>>,
}

#[derive(FieldType)]
struct Glossary {
    glossary: BTreeMap<String, Option<String>>,
    places: BTreeMap<String, Vec<(u16, u16)>>,
    nested: BTreeMap<String, BTreeMap<u8, Vec<String>>>,
}

/// Look up a word in several dictionaries.
#[derive(Signature)]
#[signature(output = LookedUp)]
struct Lookup {
    entry: HashMap<String, String>,
    ranks: HashMap<u32, f64>,
}

#[derive(FieldType)]
struct LookedUp {
    senses: HashMap<String, Vec<String>>,
    frequency: Option<HashMap<String, u64>>,
    origins: HashSet<String>,
}

/// Find customers that stand in the register twice.
#[derive(Signature)]
#[signature(output = Deduplicated)]
struct Deduplicate {
    ids: BTreeSet<u32>,
    names: BTreeSet<String>,
    flags: HashSet<i8>,
}

#[derive(FieldType)]
struct Deduplicated {
    #[field(max_length = 10, desc = "the later of two")]
    duplicates: BTreeSet<u32>,
    merged: BTreeMap<u32, BTreeSet<u32>>,
    doubtful: Option<BTreeSet<String>>,
}

/// Furnish a flat, room by room.
#[derive(Signature)]
#[signature(output = Furnished)]
struct Furnish {
    sizes: BTreeMap<Room, f64>,
    wishes: BTreeMap<Room, Vec<String>>,
    locked: BTreeSet<Room>,
}

#[derive(FieldType)]
struct Furnished {
    furniture: BTreeMap<Room, BTreeMap<String, u8>>,
    empty: BTreeSet<Room>,
    neighbours: BTreeMap<Room, Room>,
}

#[derive(FieldType, PartialEq, Eq, PartialOrd, Ord)]
enum Room {
    Kitchen,
    #[field(rename = "bath room")]
    Bath,
    Attic,
}

#[derive(Signature)]
#[signature(output = Switched)]
struct SwitchLamps {
    states: HashMap<Lamp, bool>,
    broken: HashSet<Lamp>,
}

#[derive(FieldType)]
struct Switched {
    switched: HashMap<Lamp, bool>,
    dimmed: Vec<HashMap<Lamp, Option<f32>>>,
}

/// A lamp in the hall.
#[derive(FieldType, PartialEq, Eq, Hash)]
enum Lamp {
    Left,
    #[field(rename = "right-hand")]
    Right,
}

/// Infer the schema of a record.
#[derive(Signature)]
#[signature(output = Inferred)]
struct InferSchema {
    record: BTreeMap<String, Value>,
    samples: Vec<BTreeMap<String, serde_json::Value>>,
}

#[derive(FieldType)]
struct Inferred {
    columns: BTreeMap<String, serde_json::Value>,
    examples: BTreeMap<u8, Value>,
}

/// Count the stock after closing time.
#[derive(Signature)]
#[signature(output = Counted)]
struct CountStock {
    before: Stock,
    sold: BTreeMap<String, (u32, f64)>,
}

#[derive(FieldType)]
struct Counted {
    after: Stock,
    by_branch: BTreeMap<String, Stock>,
}

/// What is on the shelf.
#[derive(FieldType)]
struct Stock {
    #[field(desc = "by article", min_length = 1, max_length = 500)]
    counts: BTreeMap<String, u32>,
    by_shelf: BTreeMap<u8, Vec<String>>,
    #[field(max_length = 3, desc = "by customers")]
    reserved: BTreeSet<String>,
    #[field(default)]
    prices: BTreeMap<String, Option<f64>>,
    #[field(default = BTreeMap::from([(Room::Attic, 1)]), desc = "shelves by room")]
    rooms: BTreeMap<Room, u8>,
}

/// Say what is missing.
#[derive(Signature)]
#[signature(output = Something)]
struct Nothing {
    map: BTreeMap<String, f64>,
    numbers: BTreeSet<i64>,
    absent: Option<BTreeMap<String, String>>,
    holes: BTreeMap<String, Option<Vec<String>>>,
    pair: (BTreeMap<String, i64>, BTreeSet<u8>),
}

#[derive(FieldType)]
struct Something {
    missing: Vec<BTreeSet<String>>,
    found: (BTreeSet<u8>, BTreeMap<String, bool>),
}

pub(super) const CASES: &[(&str, Check)] = &classes![
    Localize,
    PredictDemand,
    BuildGlossary,
    Lookup,
    Deduplicate,
    Furnish,
    SwitchLamps,
    InferSchema,
    CountStock,
    Nothing,
];
