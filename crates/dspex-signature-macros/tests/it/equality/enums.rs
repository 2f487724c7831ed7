//! Enums of bare names: values, docs, containers, models, defaults.

use std::collections::{BTreeMap, BTreeSet};

use dspex_signature_macros::{FieldType, Signature};

use super::{Check, classes};

/// Sort the ticket.
#[derive(Signature)]
#[signature(output = Sorted)]
struct Sort {
    text: String,
}

#[derive(FieldType)]
struct Sorted {
    topic: Topic,
}

#[derive(FieldType)]
enum Topic {
    Delivery,
    Refund,
    Other,
}

/// Correct the topic that the customer chose.
#[derive(Signature)]
#[signature(output = Reassigned)]
struct Reassign {
    chosen: Topic,
    text: String,
    /// Topics of earlier tickets.
    others: Vec<Topic>,
}

#[derive(FieldType)]
struct Reassigned {
    #[field(desc = "none where it was right")]
    topic: Option<Topic>,
    #[field(max_length = 2)]
    candidates: Vec<Topic>,
}

/// Read the ruling.
#[derive(Signature)]
#[signature(output = Ruling)]
struct ReadRuling {
    ruling: String,
    below: Verdict,
}

#[derive(FieldType)]
struct Ruling {
    /// Of the last instance.
    verdict: Verdict,
}

/// How a court decides.
#[derive(FieldType)]
enum Verdict {
    #[field(rename = "affirmed")]
    Affirmed,
    #[field(rename = "reversed in part")]
    ReversedInPart,
    #[field(rename = "remanded; to another chamber")]
    Remanded,
    #[field(rename = r#"see "note" (it's odd)"#)]
    SeeNote,
    #[field(rename = "sonstiges (§ 3)")]
    Übrige,
}

/// Write the label of a bottle.
#[derive(Signature)]
#[signature(output = Label)]
struct LabelBottle {
    substance: Substance,
    #[field(default = Phase::Solid)]
    phase: Phase,
}

#[derive(FieldType)]
struct Label {
    hazard: Option<Hazard>,
    contents: Vec<Substance>,
}

#[derive(FieldType)]
struct Substance {
    name: String,
    #[field(default = Phase::Liquid)]
    phase: Phase,
    #[field(desc = "none where it is harmless")]
    hazards: Vec<Hazard>,
    #[field(default)]
    main: Option<Hazard>,
}

#[derive(FieldType)]
enum Phase {
    Solid,
    Liquid,
    Gas,
}

/// What a label warns of.
///
/// Taken from the pictograms:
///     flame, skull, and
///     fish.
#[derive(FieldType)]
enum Hazard {
    /// A flame.
    Flammable,
    /// A skull.
    Toxic,
    #[field(rename = "Harmful to water")]
    Harmful,
}

#[derive(Signature)]
#[signature(output = Played)]
struct PlayCard {
    hand: Vec<(Suit, u8)>,
    trump: Option<Suit>,
}

#[derive(FieldType)]
struct Played {
    card: (Suit, u8),
    by_suit: BTreeMap<Suit, Vec<u8>>,
    void: BTreeSet<Suit>,
}

#[derive(FieldType, PartialEq, Eq, PartialOrd, Ord)]
enum Suit {
    #[field(rename = "♥")]
    Hearts,
    #[field(rename = "♠")]
    Spades,
    #[field(rename = "♣")]
    Clubs,
}

/// Acknowledge the terms.
#[derive(Signature)]
#[signature(output = Acknowledged)]
struct Acknowledge {
    terms: String,
    earlier: Option<Only>,
}

#[derive(FieldType)]
struct Acknowledged {
    accepted: Only,
    #[field(default)]
    signed: Option<Only>,
}

#[derive(FieldType)]
enum Only {
    Yes,
}

/// Repeat the value as it stands.
#[derive(Signature)]
#[signature(output = Echoed)]
struct Echo {
    value: Odd,
    rest: BTreeMap<String, Odd>,
}

#[derive(FieldType)]
struct Echoed {
    echo: Odd,
    maybe: Option<Odd>,
    pairs: BTreeMap<Odd, Odd>,
}

#[derive(FieldType, PartialEq, Eq, PartialOrd, Ord)]
enum Odd {
    #[field(rename = "None")]
    Nothing,
    #[field(rename = "True")]
    Truth,
    #[field(rename = "0")]
    Zero,
    #[field(rename = " ")]
    Blank,
    #[field(rename = "a; b")]
    Semicolon,
    #[field(rename = "{odd}")]
    Braces,
}

/// Name the colour that two others give.
#[derive(Signature)]
#[signature(output = Mixed)]
struct MixColours {
    first: Swapped,
    #[field(default = Swapped::Green)]
    second: Swapped,
}

#[derive(FieldType)]
struct Mixed {
    mixed: Swapped,
    sure: bool,
}

#[derive(FieldType)]
enum Swapped {
    #[field(rename = "Green")]
    Red,
    #[field(rename = "Red")]
    Green,
    #[field(rename = "self")]
    Self_,
}

/// Plan the duties of a ward.
#[derive(Signature)]
#[signature(output = DutyPlan)]
struct PlanDuties {
    wishes: BTreeMap<String, Vec<Weekday>>,
    fixed: Vec<Duty>,
}

#[derive(FieldType)]
struct DutyPlan {
    duties: Vec<Duty>,
    /// What nobody wants.
    gaps: Vec<(Weekday, Shift)>,
    by_day: BTreeMap<Weekday, BTreeMap<Shift, String>>,
}

#[derive(FieldType, PartialEq, Eq, PartialOrd, Ord)]
enum Weekday {
    Monday,
    Friday,
}

/// Who works when.
#[derive(FieldType)]
struct Duty {
    nurse: String,
    #[field(desc = "of the coming week")]
    day: Weekday,
    #[field(min_length = 1, max_length = 2)]
    shifts: Vec<Shift>,
    #[field(default)]
    swaps: BTreeMap<Weekday, Shift>,
    #[field(default)]
    off: BTreeSet<Weekday>,
    #[field(default = (Weekday::Friday, Shift::Night))]
    last: (Weekday, Shift),
}

/// When somebody works.
#[derive(FieldType, PartialEq, Eq, PartialOrd, Ord)]
enum Shift {
    Early,
    Late,
    Night,
}

pub(super) const CASES: &[(&str, Check)] = &classes![
    Sort,
    Reassign,
    ReadRuling,
    LabelBottle,
    PlayCard,
    Acknowledge,
    Echo,
    MixColours,
    PlanDuties,
];
