//! Bounds on numbers, lengths and patterns: which are told, in which order, and how they print.

use dspex_signature_macros::{FieldType, Signature};

use super::{Check, classes};

/// Rate a film from its reviews.
#[derive(Signature)]
#[signature(output = Rating)]
struct RateFilm {
    reviews: Vec<String>,
}

#[derive(FieldType)]
struct Rating {
    #[field(ge = 1, le = 5)]
    n_stars: u8,
    #[field(ge = 0.0, le = 1.0)]
    share_of_praise: f64,
    #[field(ge = 0, le = 1)]
    spread: f64,
    #[field(gt = -1, lt = 1.0)]
    surprise: f64,
}

/// Set the thermostat for the night.
#[derive(Signature)]
#[signature(output = Thermostat)]
struct SetThermostat {
    #[field(le = 60.0, ge = -89.5)]
    outside: f64,
    #[field(lt = 100, gt = 0)]
    rooms: u16,
}

#[derive(FieldType)]
struct Thermostat {
    #[field(lt = 30, gt = 5.5, desc = "for the living room")]
    celsius: f64,
    #[field(desc = "against last night", le = 3, ge = -3)]
    delta: i8,
    #[field(ge = 0.0, lt = 1440.0)]
    minutes: u32,
}

/// Name a product so that it fits on the label.
#[derive(Signature)]
#[signature(output = ProductName)]
struct NameProduct {
    #[field(min_length = 10)]
    brief: String,
    #[field(max_length = 20)]
    banned: Vec<String>,
}

#[derive(FieldType)]
struct ProductName {
    #[field(min_length = 1, max_length = 24)]
    name: String,
    #[field(max_length = 80, min_length = 0)]
    claim: Option<String>,
    #[field(min_length = 2, max_length = 5, desc = "best first")]
    alternatives: Vec<String>,
}

/// Assign a diagnosis its code.
#[derive(Signature)]
#[signature(output = Assigned)]
struct AssignCode {
    #[field(desc = "as dictated", pattern = r"\S")]
    diagnosis: String,
}

#[derive(FieldType)]
struct Assigned {
    #[field(pattern = r"^[A-Z]\d{2}(\.\d{1,2})?$")]
    code: String,
    #[field(min_length = 1, pattern = "^[IVX]+$", max_length = 5)]
    chapter: String,
    #[field(pattern = r#"^["'<>&]{2}$"#, desc = "two marks")]
    modifier: Option<String>,
}

/// Size a water tank for a village.
#[derive(Signature)]
#[signature(output = Tank)]
struct SizeTank {
    #[field(ge = 1, le = 1_000_000)]
    people: u32,
    #[field(ge = 0.0)]
    rainfall: Option<f64>,
}

#[derive(FieldType)]
struct Tank {
    #[field(gt = 0.0, le = 1.0e16)]
    litres: f64,
    #[field(ge = 1.0e-5, lt = 0.001)]
    loss: f64,
    #[field(ge = -1.0e22, le = 10000000000.0)]
    inflow: f64,
    #[field(ge = 0, le = 255)]
    valves: Option<u8>,
    #[field(ge = -9223372036854775808, le = 9223372036854775807)]
    balance: i64,
}

/// List the parts of the assembly.
#[derive(Signature)]
#[signature(output = PartList)]
struct ListParts {
    assembly: String,
    /// One that is always there.
    spare: Part,
}

#[derive(FieldType)]
struct PartList {
    #[field(min_length = 1)]
    parts: Vec<Part>,
    heaviest: Part,
}

#[derive(FieldType)]
struct Part {
    #[field(pattern = r"^P-\d{4,}$", max_length = 12)]
    number: String,
    #[field(ge = 1, lt = 1000, desc = "pieces, not boxes")]
    quantity: u16,
    #[field(gt = 0, le = 0.5)]
    tolerance: f64,
    #[field(ge = 0.0)]
    weight: f64,
    #[field(min_length = 2)]
    finish: Option<String>,
    #[field(max_length = 3, min_length = 1)]
    drawings: Vec<String>,
}

#[derive(Signature)]
#[signature(output = Variant)]
struct CallVariant {
    #[field(pattern = "^(chr)?([1-9]|1[0-9]|2[0-2]|X|Y)$")]
    chromosome: String,
    region: Interval,
}

#[derive(FieldType)]
struct Variant {
    #[field(desc = "none where the reads agree")]
    variant: Option<Interval>,
    #[field(ge = 0, lt = 100)]
    quality: f32,
}

/// A stretch of a chromosome.
#[derive(FieldType)]
struct Interval {
    #[field(ge = 0, le = 248_956_422)]
    start: u64,
    #[field(gt = 0)]
    end: Option<u64>,
    #[field(ge = -1, le = 1.0)]
    score: Option<f64>,
    #[field(pattern = "^[+-]$")]
    strand: String,
    #[field(max_length = 100)]
    reads: Vec<u32>,
    #[field(min_length = 1)]
    depth: Option<Vec<f64>>,
}

/// Price an option on the index.
#[derive(Signature)]
#[signature(output = PricedOption)]
struct PriceOption {
    #[field(gt = 0.0)]
    strike: Box<f64>,
    #[field(ge = 0, le = 3650)]
    days: Box<u16>,
    #[field(gt = -0.05, lt = 0.25)]
    rate: Option<Box<f64>>,
}

#[derive(FieldType)]
struct PricedOption {
    #[field(ge = 0)]
    price: Box<f64>,
    #[field(ge = -1.0, le = 1.0)]
    delta: Option<Box<f64>>,
    #[field(max_length = 8)]
    steps: Option<Vec<Option<f64>>>,
}

/// Split the budget of a household.
#[derive(Signature)]
#[signature(output = Budget)]
struct SplitBudget {
    #[field(desc = "after tax", default = 2500.0, ge = 0.0)]
    income: f64,
    #[field(ge = 1, default = 12, le = 24)]
    months: u8,
    /// ISO 4217
    #[field(pattern = "^[A-Z]{3}$", default = "EUR")]
    currency: String,
    #[field(default, max_length = 5)]
    notes: Vec<String>,
}

#[derive(FieldType)]
struct Budget {
    #[field(ge = 0, desc = "cold", le = 2500)]
    rent: f64,
    #[field(min_length = 1, max_length = 12)]
    rows: Vec<Vec<String>>,
}

/// Tune the amplifier by ear.
#[derive(Signature)]
#[signature(output = TunedAmplifier)]
struct TuneAmplifier {
    #[field(max_length = 500, desc = "what it sounds like")]
    complaint: String,
    current: Tuned,
}

#[derive(FieldType)]
struct TunedAmplifier {
    tuned: Tuned,
}

#[derive(FieldType)]
struct Tuned {
    #[field(default = 1.0, gt = 0, le = 10)]
    gain: f64,
    #[field(ge = -128, le = 127, default)]
    bias: i8,
    #[field(max_length = 8, default = "mid", pattern = "^[a-z]*$")]
    label: String,
    #[field(min_length = 1, default = vec![0.5, 0.25])]
    taps: Vec<f64>,
    #[field(default, ge = 1)]
    limit: Option<u32>,
}

/// Scan a receipt.
#[derive(Signature)]
#[signature(output = Receipt)]
struct ScanReceipt {
    #[field(min_length = 0, max_length = 4_294_967_295)]
    text: String,
}

#[derive(FieldType)]
struct Receipt {
    #[field(ge = 0.01)]
    total: f64,
    #[field(ge = -0.0)]
    tip: f64,
    #[field(min_length = 4, max_length = 4)]
    digits: String,
    #[field(min_length = 0)]
    items: Vec<u64>,
    #[field(lt = 100.0, gt = 0.1)]
    tax: f64,
}

pub(super) const CASES: &[(&str, Check)] = &classes![
    RateFilm,
    SetThermostat,
    NameProduct,
    AssignCode,
    SizeTank,
    ListParts,
    CallVariant,
    PriceOption,
    SplitBudget,
    TuneAmplifier,
    ScanReceipt,
];
