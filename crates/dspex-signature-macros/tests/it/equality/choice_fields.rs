//! Enums with data whose variants hold models, containers, bounds, defaults and other enums.

use std::collections::{BTreeMap, BTreeSet};

use dspex_signature::Value;
use dspex_signature_macros::{FieldType, Signature};

use super::{Check, classes};

/// Search the map.
#[derive(Signature)]
#[signature(output = MapResult)]
struct SearchMap {
    query: String,
    area: Area,
}

#[derive(FieldType)]
struct MapResult {
    hits: Vec<Place>,
    better_area: Option<Area>,
}

#[derive(FieldType)]
#[field(tag = "kind")]
enum Area {
    #[field(rename = "near")]
    Near { place: Place, within: (f64, Unit) },
    #[field(rename = "along")]
    Along {
        #[field(min_length = 2)]
        stops: Vec<Place>,
        #[field(default = Unit::Metre)]
        unit: Unit,
    },
    /// No place in particular.
    Everywhere,
}

/// A point of the map.
#[derive(FieldType)]
struct Place {
    lat: f64,
    lon: f64,
}

#[derive(FieldType)]
enum Unit {
    #[field(rename = "m")]
    Metre,
    #[field(rename = "ft")]
    Foot,
}

/// Choose how a drug is given.
#[derive(Signature)]
#[signature(output = Treated)]
struct Treat {
    drug: String,
    tried: BTreeMap<String, Therapy>,
}

#[derive(FieldType)]
struct Treated {
    therapy: Therapy,
    by_day: BTreeMap<u8, Vec<Therapy>>,
}

#[derive(FieldType)]
#[field(tag = "route")]
enum Therapy {
    /// Swallowed whole.
    #[field(rename = "by mouth")]
    Tablet {
        #[field(ge = 1, le = 6)]
        n_per_day: u8,
        #[field(default)]
        with_food: bool,
    },
    /// Over hours.
    #[field(rename = "into a vein")]
    Drip {
        #[field(gt = 0.0, desc = "ml per hour")]
        rate: f64,
        #[field(default)]
        additives: BTreeMap<String, f64>,
    },
    Patch {
        #[field(desc = "where it may stick")]
        sites: BTreeSet<String>,
        #[field(ge = 1, le = 7)]
        days: Option<u8>,
    },
}

#[derive(Signature)]
#[signature(output = TableRead)]
struct ReadTable {
    rows: Vec<Vec<Cell>>,
}

#[derive(FieldType)]
struct TableRead {
    header: Vec<Option<Cell>>,
    sums: BTreeMap<String, Cell>,
}

#[derive(FieldType)]
#[field(tag = "eventType")]
enum Cell {
    Number {
        #[field(rename = "rawValue")]
        raw_value: f64,
    },
    Word {
        #[field(rename = "rawValue")]
        raw_value: String,
        r#type: Value,
    },
}

/// Build a scene from what somebody tells.
#[derive(Signature)]
#[signature(output = Scene)]
struct BuildScene {
    story: String,
    seen: Vec<Solid>,
}

#[derive(FieldType)]
struct Scene {
    scene: Vec<Solid>,
    on_top: BTreeMap<String, (Solid, f64)>,
}

#[derive(FieldType)]
#[field(tag = "solid")]
enum Solid {
    Sphere {
        #[field(default = [0.0, 0.0, 0.0])]
        centre: [f64; 3],
        #[field(default = 1.0)]
        radius: f64,
    },
    /// Upright, never turned.
    #[field(rename = "cuboid")]
    Brick {
        corners: [[f64; 2]; 2],
        #[field(default = Some("grey".to_owned()))]
        colour: Option<String>,
        #[field(default = vec!["plain".to_owned()])]
        tags: Vec<String>,
    },
}

/// Pack what stands in a scene.
#[derive(Signature)]
#[signature(output = PackedScene)]
struct PackScene {
    solids: BTreeMap<u8, Solid>,
    from_area: Option<Area>,
}

#[derive(FieldType)]
struct PackedScene {
    /// By label.
    packed: Vec<(String, Solid)>,
    left_over: Option<BTreeMap<String, Solid>>,
}

/// Review a patch as several people would.
#[derive(Signature)]
#[signature(output = ReviewedPatch)]
struct ReviewPatch {
    patch: String,
    author: Author,
    so_far: BTreeMap<String, Opinion>,
}

#[derive(FieldType)]
struct ReviewedPatch {
    opinions: Vec<Opinion>,
    #[field(desc = "of the maintainer")]
    final_opinion: Opinion,
}

/// Who wrote it.
#[derive(FieldType)]
struct Author {
    handle: String,
    #[field(default)]
    is_bot: bool,
}

#[derive(FieldType)]
enum Opinion {
    Approve {
        by: Author,
    },
    /// It cannot go in as it is.
    RequestChanges {
        #[field(desc = "not the one who wrote the code")]
        by: Author,
        files: BTreeMap<String, Vec<u32>>,
    },
    Abstain {
        #[field(default)]
        why: serde_json::Value,
    },
}

#[derive(Signature)]
#[signature(output = Pruned)]
struct PruneTree {
    tree: String,
    last_year: Option<Prune>,
}

#[derive(FieldType)]
struct Pruned {
    this_year: Prune,
    twigs: Vec<Twig>,
}

#[derive(FieldType)]
#[field(tag = "at")]
enum Prune {
    Cut {
        twig: Twig,
        #[field(default)]
        others: Vec<Twig>,
    },
    Bend {
        twig: Option<Twig>,
        #[field(gt = -180, le = 180)]
        degrees: i16,
    },
}

#[derive(FieldType)]
#[field(tag = "is_")]
enum Twig {
    Leaf {
        weight: Box<f64>,
    },
    #[field(rename = "a pair")]
    Pair {
        labels: [String; 2],
    },
}

/// Say what a request would have brought.
#[derive(Signature)]
#[signature(output = Fetching)]
struct Fetch {
    url: String,
    sample: Fetched,
}

#[derive(FieldType)]
struct Fetching {
    fetched: Fetched,
    retries: [Fetched; 2],
}

#[derive(FieldType)]
#[field(tag = "status")]
enum Fetched {
    /// It came back.
    #[field(rename = " ok ")]
    Ok {
        #[field(desc = r#"the body, {as} it "came"\n"#)]
        r: String,
        r#type: Option<u16>,
    },
    /// It did not.
    ///
    /// The server may say why:
    ///     in words.
    #[field(rename = r#"it's "nok""#)]
    Nok {
        #[field(default = "unknown", max_length = 16, desc = "")]
        r#type: String,
    },
}

pub(super) const CASES: &[(&str, Check)] =
    &classes![SearchMap, Treat, ReadTable, BuildScene, PackScene, ReviewPatch, PruneTree, Fetch];
