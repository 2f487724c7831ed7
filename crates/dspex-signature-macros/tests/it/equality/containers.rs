//! Lists, optional values, tuples and arrays, within one another.

use std::sync::Arc;

use dspex_signature::Value;
use dspex_signature_macros::{FieldType, Signature};

use super::{Check, classes};

/// Group the headlines that tell the same story.
#[derive(Signature)]
#[signature(output = Clustered)]
struct Cluster {
    headlines: Vec<String>,
    weights: Vec<f32>,
    seen: Vec<bool>,
    #[field(desc = "one per headline")]
    ids: Vec<u64>,
}

#[derive(FieldType)]
struct Clustered {
    /// Positions, from 0.
    groups: Vec<Vec<usize>>,
    titles: Vec<String>,
}

/// Fill the gaps of a series.
#[derive(Signature)]
#[signature(output = Filled)]
struct FillGaps {
    series: Vec<Option<f64>>,
    labels: Option<Vec<String>>,
    flags: Option<Vec<Option<bool>>>,
}

#[derive(FieldType)]
struct Filled {
    filled: Vec<f64>,
    doubtful: Option<Vec<u32>>,
    notes: Vec<Option<String>>,
}

/// Plan a route that visits every stop once.
#[derive(Signature)]
#[signature(output = Routed)]
struct Route {
    #[field(desc = "latitude, longitude")]
    start: (f64, f64),
    stops: Vec<(String, f64, f64)>,
    curfew: Option<(u8, u8)>,
}

#[derive(FieldType)]
struct Routed {
    legs: Vec<(String, String, u32)>,
    total: (u32, f64, bool, String),
}

/// Rotate a body about an axis.
#[derive(Signature)]
#[signature(output = Rotated)]
struct Rotate {
    axis: [f64; 3],
    matrix: [[i8; 2]; 2],
    corners: Vec<[f32; 3]>,
}

#[derive(FieldType)]
struct Rotated {
    quaternion: [f64; 4],
    names: Option<[String; 2]>,
    only: [bool; 1],
}

#[derive(Signature)]
#[signature(output = Tokenized)]
struct Tokenize {
    paragraphs: Vec<Vec<Vec<String>>>,
    spans: Vec<(u8, [u16; 2])>,
}

#[derive(FieldType)]
struct Tokenized {
    tokens: Vec<Vec<String>>,
    best: (Vec<String>, Vec<f64>),
}

/// Merge the rows of two spreadsheets.
#[derive(Signature)]
#[signature(output = Merged)]
struct MergeRows {
    left: Vec<Vec<Value>>,
    right: Vec<serde_json::Value>,
    key: (Value, u8),
}

#[derive(FieldType)]
struct Merged {
    merged: Vec<Vec<serde_json::Value>>,
    dropped: Option<Vec<Value>>,
    pairs: Vec<[Value; 2]>,
}

/// Count the votes of an empty hall.
#[derive(Signature)]
#[signature(output = Tallied)]
struct Tally {
    votes: Vec<String>,
    rounds: Vec<Vec<u32>>,
    bounds: Vec<(i64, i64)>,
    minority: Option<Vec<String>>,
}

#[derive(FieldType)]
struct Tallied {
    winner: Option<String>,
    margins: Vec<f64>,
}

/// Transpose a melody.
#[derive(Signature)]
#[signature(output = Transposed)]
struct Transpose {
    melody: Arc<Vec<(String, Option<u8>)>>,
    range: (Option<String>, Option<String>),
}

#[derive(FieldType)]
struct Transposed {
    transposed: Vec<(String, Option<Arc<u8>>)>,
    keys: Arc<Vec<String>>,
}

/// Black out what a court does not publish.
#[derive(Signature)]
#[signature(output = Redacted)]
struct Redact {
    /// Paragraph by paragraph.
    ruling: Vec<String>,
    /// Surname, first name.
    parties: Vec<Option<(String, String)>>,
}

#[derive(FieldType)]
struct Redacted {
    redacted: Vec<String>,
    spans: Vec<Option<Vec<(u32, u32)>>>,
}

/// Weigh the answers of several models.
#[derive(Signature)]
#[signature(output = Voted)]
struct Vote {
    answers: Vec<String>,
    scores: Vec<(f64, bool)>,
    matrix: Vec<[f64; 2]>,
}

#[derive(FieldType)]
struct Voted {
    winner: (usize, String),
    ties: (Vec<u8>, Option<f32>),
}

pub(super) const CASES: &[(&str, Check)] = &classes![
    Cluster, FillGaps, Route, Rotate, Tokenize, MergeRows, Tally, Transpose, Redact, Vote,
];
