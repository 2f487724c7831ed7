//! Fields of plain types: texts, booleans, numbers of every width, and values of any type.

use std::sync::Arc;

use dspex_signature::Value;
use dspex_signature_macros::{FieldType, Signature};

use super::{Check, classes};

#[derive(Signature)]
#[signature(output = Answer)]
struct Ask {
    question: String,
}

#[derive(FieldType)]
struct Answer {
    answer: String,
}

/// Decide whether a support ticket has to be escalated.
#[derive(Signature)]
#[signature(output = Escalation)]
struct Escalate {
    subject: String,
    /// The customer's own words.
    body: String,
    is_business: bool,
    days_open: u16,
}

#[derive(FieldType)]
struct Escalation {
    escalate: bool,
    /// How long the customer may wait.
    first_reply_minutes: u32,
    confidence: f64,
}

/// Reconcile the counters of a data centre.
#[derive(Signature)]
#[signature(output = Meters)]
struct ReadMeters {
    rack: u8,
    port: u16,
    packets: u32,
    octets: u64,
    lifetime_octets: u128,
    n_samples: usize,
}

#[derive(FieldType)]
struct Meters {
    drift: i8,
    temperature: i16,
    balance: i32,
    nanoseconds: i64,
    total: i128,
    offset: isize,
}

/// Complete the intake form of a patient; leave out what nobody has said.
#[derive(Signature)]
#[signature(output = Intake)]
struct ReviewIntake {
    complaint: String,
    allergy: Option<String>,
    weight_kg: Option<f64>,
    pulse: Option<u8>,
    smokes: Option<bool>,
}

#[derive(FieldType)]
struct Intake {
    referral: Option<String>,
    pain: Option<u8>,
    fever: Option<f32>,
    urgent: Option<bool>,
}

/// Adjust the dose to the patient's kidneys.
#[derive(Signature)]
#[signature(output = Dose)]
struct AdjustDose {
    drug: Arc<String>,
    creatinine: Box<f64>,
    on_dialysis: Box<bool>,
    age: Option<Box<i32>>,
}

#[derive(FieldType)]
struct Dose {
    milligrams: Box<f32>,
    interval_hours: Box<Option<u16>>,
    warning: Option<Arc<String>>,
}

/// Say what kind of payload this is.
#[derive(Signature)]
#[signature(output = Inspection)]
struct Inspect {
    payload: Value,
    /// Whatever came before it.
    previous: serde_json::Value,
    nothing: serde_json::Value,
}

#[derive(FieldType)]
struct Inspection {
    kind: String,
    normalized: Value,
    /// What could not be read.
    rest: serde_json::Value,
}

/// Translate into the target language, and keep the register.
#[derive(Signature)]
#[signature(output = Translation)]
struct Translate {
    text: String,
    target_language: String,
}

#[derive(FieldType)]
struct Translation {
    translation: String,
    is_faithful: bool,
}

#[derive(Signature)]
#[signature(output = Letterhead)]
struct Extract {
    letter: String,
    page: usize,
}

#[derive(FieldType)]
struct Letterhead {
    sender: String,
    recipient: String,
    reference: Option<String>,
    place: String,
    salutation: String,
    has_signature: bool,
    n_enclosures: u8,
}

/// Estimate how a scanned page has to be turned.
#[derive(Signature)]
#[signature(output = Straightened)]
struct Straighten {
    #[field(desc = "degrees, clockwise")]
    skew: f32,
    noise: f32,
    dots_per_inch: f64,
}

#[derive(FieldType)]
struct Straightened {
    #[field(desc = "degrees, counterclockwise")]
    rotation: f32,
    is_blank: bool,
}

/// Summarize the change for a reviewer.
#[derive(Signature)]
#[signature(output = Summary)]
struct Summarize {
    diff: String,
}

#[derive(FieldType)]
struct Summary {
    summary: String,
}

/// Convert a physical constant, and keep its precision.
#[derive(Signature)]
#[signature(output = Converted)]
struct Convert {
    large: f64,
    small: f64,
    tenth: f64,
    minus_zero: f64,
    whole: f64,
}

#[derive(FieldType)]
struct Converted {
    converted: f64,
    exponent: i16,
}

/// Check a consent form that was filled in by hand.
#[derive(Signature)]
#[signature(output = Consented)]
struct Consent {
    signed: bool,
    witnessed: bool,
    withdrawn: bool,
    n_pages: u32,
    n_copies: u32,
}

#[derive(FieldType)]
struct Consented {
    is_valid: bool,
    reason: Option<String>,
}

/// Rewrite the text so that it can be read aloud.
#[derive(Signature)]
#[signature(output = Rewritten)]
struct Rewrite {
    text: String,
    empty: String,
    tone: Option<String>,
}

#[derive(FieldType)]
struct Rewritten {
    rewritten: String,
    n_words: usize,
}

pub(super) const CASES: &[(&str, Check)] = &classes![
    Ask,
    Escalate,
    ReadMeters,
    ReviewIntake,
    AdjustDose,
    Inspect,
    Translate,
    Extract,
    Straighten,
    Summarize,
    Convert,
    Consent,
    Rewrite,
];
