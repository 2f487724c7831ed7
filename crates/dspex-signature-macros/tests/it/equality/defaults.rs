//! Defaults of inputs, outputs and model fields, of every kind that a field can be.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use dspex_signature_macros::{FieldType, Signature};

use super::{Check, classes};

/// Search the archive.
#[derive(Signature)]
#[signature(output = Found)]
struct Search {
    query: String,
    #[field(default = 10)]
    k: u16,
    #[field(default = 0.5)]
    threshold: f64,
    /// ISO 639-1
    #[field(default = "en")]
    language: String,
    #[field(default = true)]
    fuzzy: bool,
}

#[derive(FieldType)]
struct Found {
    hits: Vec<String>,
}

/// Turn to a page of the results.
#[derive(Signature)]
#[signature(output = Page)]
struct Paginate {
    results: String,
    #[field(default)]
    offset: u64,
    #[field(default)]
    after: String,
    #[field(default)]
    ratio: f64,
    #[field(default)]
    reverse: bool,
    #[field(default)]
    filters: Vec<String>,
    #[field(default)]
    cursor: Option<String>,
}

#[derive(FieldType)]
struct Page {
    page: String,
}

/// Book a table.
#[derive(Signature)]
#[signature(output = Booking)]
struct BookTable {
    wish: String,
    #[field(default = Some(2))]
    guests: Option<u8>,
    #[field(default = Some("birthday".to_owned()))]
    occasion: Option<String>,
    #[field(default = Some(false))]
    terrace: Option<bool>,
    #[field(default = None)]
    budget: Option<f64>,
}

#[derive(FieldType)]
struct Booking {
    #[field(default)]
    note: Option<String>,
    #[field(default = 20.0)]
    deposit: f64,
    #[field(default, desc = "by the house")]
    confirmed: bool,
}

/// Pack a parcel, and say how it is to be labelled.
#[derive(Signature)]
#[signature(output = Packed)]
struct PackParcel {
    contents: String,
    #[field(default = vec!["fragile".to_owned(), "this side up".to_owned()])]
    labels: Vec<String>,
    #[field(default = [30, 20, 10])]
    sides: [u16; 3],
    #[field(default = ("EUR".to_owned(), 500.0))]
    insured: (String, f64),
    #[field(default = BTreeMap::from([("island".to_owned(), 4.5), ("night".to_owned(), 2.0)]))]
    surcharges: BTreeMap<String, f64>,
    #[field(default = BTreeSet::from([3]))]
    zones: BTreeSet<u8>,
    #[field(default = vec![vec![1, 2], vec![]])]
    layers: Vec<Vec<u8>>,
}

#[derive(FieldType)]
struct Packed {
    label: String,
    #[field(default)]
    weights: BTreeMap<u8, f64>,
}

/// Assign a task to somebody of the team.
#[derive(Signature)]
#[signature(output = AssignedTask)]
struct AssignTask {
    task: String,
    #[field(default = Priority::Normal)]
    priority: Priority,
    #[field(default = Some(Priority::High))]
    at_most: Option<Priority>,
    #[field(default = vec![Priority::Low, Priority::High])]
    allowed: Vec<Priority>,
}

#[derive(FieldType)]
struct AssignedTask {
    #[field(default = "nobody")]
    assignee: String,
    #[field(default = Priority::Low, desc = "as assigned")]
    final_priority: Priority,
}

#[derive(FieldType)]
enum Priority {
    Low,
    Normal,
    #[field(rename = "High!")]
    High,
}

/// Configure a client for the service.
#[derive(Signature)]
#[signature(output = Client)]
struct ConfigureClient {
    description: String,
    /// What holds where nothing is said.
    base: Retry,
}

#[derive(FieldType)]
struct Client {
    retry: Retry,
}

#[derive(FieldType)]
struct Retry {
    #[field(default = 3)]
    attempts: u8,
    #[field(default = 1.5)]
    backoff: f64,
    #[field(default)]
    jitter: bool,
    #[field(default = vec!["timeout".to_owned()])]
    on: Vec<String>,
    #[field(default)]
    host: Option<String>,
    #[field(default = Priority::High)]
    only: Priority,
    #[field(default)]
    codes: BTreeSet<u16>,
    #[field(default = [0, 60])]
    window: [u32; 2],
    #[field(default = BTreeMap::from([("team".to_owned(), "core".to_owned())]))]
    tags: BTreeMap<String, String>,
}

/// Ship the order.
#[derive(Signature)]
#[signature(output = Shipment)]
struct ShipOrder {
    order: String,
    #[field(default = address("Quai 3", "BE", Some(-1)), desc = "where it leaves")]
    depot: Address,
    #[field(default = vec![address("Rue 1", "FR", None)])]
    stops: Vec<Address>,
    #[field(default)]
    billing: Option<Address>,
}

#[derive(FieldType)]
struct Shipment {
    #[field(default = "post")]
    carrier: String,
}

#[derive(FieldType)]
struct Address {
    street: String,
    /// ISO 3166
    #[field(default = "FR")]
    country: String,
    #[field(default)]
    floor: Option<i8>,
}

fn address(street: &str, country: &str, floor: Option<i8>) -> Address {
    Address { street: street.to_owned(), country: country.to_owned(), floor }
}

/// Open a depot near the customers.
#[derive(Signature)]
#[signature(output = OpenedDepot)]
struct OpenDepot {
    customers: Vec<String>,
}

#[derive(FieldType)]
struct OpenedDepot {
    depot: Depot,
}

#[derive(FieldType)]
struct Depot {
    name: String,
    #[field(rename = "where", default = address("Rue 2", "LU", None), desc = "of the gate")]
    place: Address,
    #[field(default, desc = "in winter")]
    spare: Option<Address>,
}

/// Calibrate the balance.
#[derive(Signature)]
#[signature(output = Calibrated)]
struct Calibrate {
    reading: f64,
    #[field(default = 1e-5)]
    epsilon: f64,
    #[field(default = 1e16)]
    huge: f64,
    #[field(default = 0.1)]
    tenth: f64,
    #[field(default = -0.5)]
    minus: f64,
    #[field(default = 3.0)]
    whole: f64,
    #[field(default = 0.25)]
    gain: f32,
    #[field(default = u64::MAX)]
    limit: u64,
    #[field(default = i64::MIN)]
    floor: i64,
}

#[derive(FieldType)]
struct Calibrated {
    #[field(default = -1e-7)]
    corrected: f64,
}

/// Render the template.
#[derive(Signature)]
#[signature(output = Rendered)]
struct Template {
    #[field(default = "Dear {name},\n\n\t\"…\" 'ok' \\ 🙂")]
    template: String,
    #[field(default = "[[ ## name ## ]]", desc = "starts a part")]
    marker: String,
    #[field(default = " ")]
    separator: String,
}

#[derive(FieldType)]
struct Rendered {
    #[field(default = "<none>")]
    rendered: String,
}

/// Word a reminder for an unpaid invoice.
#[derive(Signature)]
#[signature(output = Reminder)]
struct Remind {
    invoice: String,
    #[field(default = USUAL_TONE.to_owned())]
    tone: String,
    #[field(default = 3 * 24 * 60 * 60)]
    grace_seconds: u32,
    #[field(default = 1.0 - 0.25)]
    share: f64,
    #[field(default = vec![1; 3])]
    copies: Vec<u8>,
    #[field(default = Priority::usual())]
    priority: Priority,
    #[field(default = serde_json::Value::Null)]
    extra: serde_json::Value,
}

#[derive(FieldType)]
struct Reminder {
    reminder: String,
    #[field(default = u8::try_from(5_i64).unwrap_or(u8::MAX))]
    fee: u8,
}

const USUAL_TONE: &str = "firm";

impl Priority {
    const fn usual() -> Self {
        Self::Normal
    }
}

/// Say what is in the box.
#[derive(Signature)]
#[signature(output = Unboxed)]
struct Boxed {
    #[field(default = Box::new(1.5))]
    weight: Box<f64>,
    #[field(default = Arc::new("unknown".to_owned()))]
    label: Arc<String>,
    #[field(default = Some(Box::new(7)))]
    seal: Option<Box<u32>>,
}

#[derive(FieldType)]
struct Unboxed {
    contents: String,
    #[field(default)]
    fragile: Box<Option<bool>>,
}

pub(super) const CASES: &[(&str, Check)] = &classes![
    Search,
    Paginate,
    BookTable,
    PackParcel,
    AssignTask,
    ConfigureClient,
    ShipOrder,
    OpenDepot,
    Calibrate,
    Template,
    Remind,
    Boxed,
];
