//! Models that stand in several places: of a signature, of another model, of two signatures.

use std::collections::BTreeMap;

use dspex_signature_macros::{FieldType, Signature};

use super::{Check, classes};

/// Read an order from a mail.
#[derive(Signature)]
#[signature(output = ReadOrderResult)]
struct ReadOrder {
    mail: String,
}

#[derive(FieldType)]
struct ReadOrderResult {
    customer: Customer,
    alternatives: Vec<Address>,
}

#[derive(FieldType)]
struct Customer {
    name: String,
    billing: Address,
    #[field(desc = "where the parcel goes")]
    shipping: Address,
}

/// Where something is sent.
#[derive(FieldType)]
struct Address {
    street: String,
    #[field(desc = "without the postcode")]
    city: String,
    #[field(default)]
    postcode: Option<String>,
}

/// Say whether two addresses are one place.
#[derive(Signature)]
#[signature(output = ComparedAddresses)]
struct CompareAddresses {
    left: Address,
    /// As the customer wrote it.
    right: Address,
}

#[derive(FieldType)]
struct ComparedAddresses {
    same: bool,
    merged: Option<Address>,
}

/// Record that a customer has moved.
#[derive(Signature)]
#[signature(output = MovedCustomer)]
struct MoveCustomer {
    customer: Customer,
    message: String,
}

#[derive(FieldType)]
struct MovedCustomer {
    moved: Customer,
    /// By year.
    history: BTreeMap<String, Customer>,
}

/// Write the prescription, and what may replace it.
#[derive(Signature)]
#[signature(output = Prescribed)]
struct Prescribe {
    symptoms: String,
    current: Vec<Drug>,
}

#[derive(FieldType)]
struct Prescribed {
    prescription: Prescription,
    generics: Vec<Drug>,
    #[field(desc = "of all drugs together")]
    daily_limit: Amount,
}

#[derive(FieldType)]
struct Drug {
    name: String,
    strength: Amount,
}

#[derive(FieldType)]
struct Amount {
    #[field(gt = 0.0)]
    value: f64,
    unit: Unit,
}

#[derive(FieldType)]
enum Unit {
    #[field(rename = "mg")]
    Milligram,
    #[field(rename = "ml")]
    Millilitre,
}

/// What the doctor writes down.
#[derive(FieldType)]
struct Prescription {
    drug: Drug,
    per_day: Amount,
    #[field(default = Unit::Milligram)]
    unit_on_label: Unit,
}

/// Check that a dose is within its limit.
#[derive(Signature)]
#[signature(output = CheckedDose)]
struct CheckDose {
    prescription: Prescription,
    limit: Amount,
}

#[derive(FieldType)]
struct CheckedDose {
    exceeds: bool,
    safe: Option<Amount>,
}

/// Review the change as its maintainers would.
#[derive(Signature)]
#[signature(output = ReviewedChange)]
struct ReviewChange {
    diff: String,
    author: Author,
    /// What was said of the last version.
    earlier: Vec<Comment>,
}

#[derive(FieldType)]
struct ReviewedChange {
    review: Review,
}

#[derive(FieldType)]
struct Author {
    handle: String,
    #[field(default)]
    is_maintainer: bool,
}

#[derive(FieldType)]
struct Comment {
    author: Author,
    text: String,
    #[field(default, ge = 1)]
    line: Option<u32>,
}

#[derive(FieldType)]
struct Review {
    #[field(desc = "in the order of their replies")]
    reviewers: Vec<Author>,
    #[field(default)]
    comments: Vec<Comment>,
    #[field(default)]
    resolved_by: Option<Author>,
    #[field(default)]
    by_file: BTreeMap<String, Vec<Comment>>,
}

/// Sum up a review for the author.
#[derive(Signature)]
#[signature(output = SummedUpReview)]
struct SumUpReview {
    review: Review,
}

#[derive(FieldType)]
struct SummedUpReview {
    /// Must, may.
    open_comments: (Vec<Comment>, Vec<Comment>),
    next_reviewer: Option<Author>,
}

/// Negotiate the price.
#[derive(Signature)]
#[signature(output = Negotiated)]
struct Negotiate {
    offer: Offer,
    limit: Money,
}

#[derive(FieldType)]
struct Negotiated {
    counter_offer: Offer,
    #[field(desc = "against the first offer")]
    saved: Money,
}

#[derive(FieldType)]
struct Offer {
    #[field(desc = "for one piece")]
    price: Money,
    fees: [Money; 2],
    #[field(default = Money { amount: 0.0, currency: "EUR".to_owned() }, desc = "for regulars")]
    rebate: Money,
}

/// An amount with its currency.
#[derive(FieldType)]
struct Money {
    amount: f64,
    #[field(default = "EUR", min_length = 3, max_length = 3)]
    currency: String,
}

#[derive(Signature)]
#[signature(output = ResolvedConflict)]
struct ResolveConflict {
    diamond: Diamond,
}

#[derive(FieldType)]
struct ResolvedConflict {
    sides: (Left, Right),
    resolved: Diamond,
    tip: Author,
}

#[derive(FieldType)]
struct Diamond {
    left: Left,
    right: Right,
    #[field(default)]
    again: Option<Left>,
}

#[derive(FieldType)]
struct Left {
    tip: Author,
    note: String,
}

#[derive(FieldType)]
struct Right {
    tip: Author,
    rank: i32,
}

pub(super) const CASES: &[(&str, Check)] = &classes![
    ReadOrder,
    CompareAddresses,
    MoveCustomer,
    Prescribe,
    CheckDose,
    ReviewChange,
    SumUpReview,
    Negotiate,
    ResolveConflict,
];
