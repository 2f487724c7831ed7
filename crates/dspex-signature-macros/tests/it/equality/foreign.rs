//! Dates, times, durations, identifiers and decimals.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use dspex_signature_macros::{FieldType, Signature};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::{Check, classes};

/// Find a day for the appointment.
#[derive(Signature)]
#[signature(output = Booked)]
struct Book {
    request: String,
    today: NaiveDate,
    holidays: Vec<NaiveDate>,
}

#[derive(FieldType)]
struct Booked {
    day: NaiveDate,
    #[field(max_length = 3)]
    alternatives: Vec<NaiveDate>,
    deadline: Option<NaiveDate>,
}

/// Move the meeting so that everybody can come.
#[derive(Signature)]
#[signature(output = Rescheduled)]
struct Reschedule {
    #[field(desc = "where it takes place")]
    meeting: NaiveDateTime,
    #[field(desc = "when the mail was sent")]
    written: DateTime<Utc>,
    clock: NaiveTime,
    length: TimeDelta,
}

#[derive(FieldType)]
struct Rescheduled {
    moved: NaiveDateTime,
    answered: DateTime<Utc>,
    #[field(desc = "before it starts")]
    reminder: TimeDelta,
    doors: NaiveTime,
}

/// Read the times from a roster.
#[derive(Signature)]
#[signature(output = ShiftPlan)]
struct Shifts {
    roster: BTreeMap<String, (NaiveTime, NaiveTime)>,
    breaks: Vec<TimeDelta>,
    slept: Option<TimeDelta>,
}

#[derive(FieldType)]
struct ShiftPlan {
    starts: BTreeMap<String, NaiveDateTime>,
    gaps: Vec<(DateTime<Utc>, TimeDelta)>,
    last: Option<NaiveTime>,
}

/// Follow a request through the services.
#[derive(Signature)]
#[signature(output = Traced)]
struct Trace {
    request_id: Uuid,
    parents: Vec<Uuid>,
    owner: Option<Uuid>,
}

#[derive(FieldType)]
struct Traced {
    culprit: Uuid,
    by_service: BTreeMap<String, Uuid>,
    chain: (Uuid, Option<Uuid>),
}

/// Quote a price in the customer's currency.
#[derive(Signature)]
#[signature(output = PriceQuote)]
struct QuotePrice {
    net: Decimal,
    #[field(desc = "for one unit of ours", gt = 0)]
    rate: Decimal,
    rebates: Vec<Decimal>,
}

#[derive(FieldType)]
struct PriceQuote {
    #[field(ge = 0, lt = 1000.5)]
    price: Decimal,
    by_country: BTreeMap<String, Decimal>,
    #[field(desc = "none where it came out even", gt = -0.01, le = 0.01)]
    rounding: Option<Decimal>,
}

/// File the invoice.
#[derive(Signature)]
#[signature(output = FiledInvoice)]
struct FileInvoice {
    scan: String,
    previous: Invoice,
}

#[derive(FieldType)]
struct FiledInvoice {
    invoice: Invoice,
    related: Vec<Invoice>,
}

/// An invoice as it is filed.
#[derive(FieldType)]
struct Invoice {
    #[field(desc = "of the file")]
    id: Uuid,
    issued: NaiveDate,
    #[field(default, desc = "none for cash")]
    due: Option<NaiveDate>,
    received: DateTime<Utc>,
    #[field(desc = "with tax", ge = 0)]
    amount: Decimal,
    #[field(default = TimeDelta::days(14))]
    grace: TimeDelta,
    #[field(default = Status::Due)]
    status: Status,
}

#[derive(FieldType)]
enum Status {
    #[field(rename = "due")]
    Due,
    #[field(rename = "paid")]
    Paid,
}

/// Book a stay.
#[derive(Signature)]
#[signature(output = Stayed)]
struct Stay {
    wish: String,
    #[field(default = leap_day())]
    arrival: NaiveDate,
    #[field(default = NaiveTime::MIN)]
    breakfast: NaiveTime,
    #[field(default = half_past_ten())]
    checkout: NaiveTime,
    #[field(default = DateTime::UNIX_EPOCH)]
    booked: DateTime<Utc>,
    #[field(default = TimeDelta::minutes(90))]
    late: TimeDelta,
    #[field(default = Uuid::nil())]
    guest: Uuid,
    #[field(default = Decimal::new(150, 2))]
    deposit: Decimal,
}

#[derive(FieldType)]
struct Stayed {
    #[field(default)]
    until: Option<NaiveDate>,
    #[field(default = Decimal::ZERO)]
    total: Decimal,
}

fn leap_day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2024, 2, 29).expect("2024 is a leap year")
}

fn half_past_ten() -> NaiveTime {
    NaiveTime::from_hms_opt(10, 30, 0).expect("a day has more than ten hours")
}

/// Set the alarm.
#[derive(Signature)]
#[signature(output = Alarm)]
struct SetAlarm {
    sentence: String,
    settings: Settings,
}

#[derive(FieldType)]
struct Alarm {
    /// As they are from now on.
    changed: Settings,
}

#[derive(FieldType)]
struct Settings {
    #[field(default = NaiveTime::from_hms_opt(6, 45, 0).expect("a time of day"))]
    wake: NaiveTime,
    #[field(default = TimeDelta::seconds(90), desc = "each time")]
    snooze: TimeDelta,
    #[field(default = Decimal::new(99, 2))]
    price: Decimal,
    #[field(default = Uuid::from_u128(0x1234_5678_1234_5678_1234_5678_1234_5678))]
    device: Uuid,
    #[field(default)]
    since: NaiveDate,
    #[field(default)]
    last: Option<NaiveDateTime>,
    #[field(default)]
    skipped: Vec<NaiveDate>,
}

/// Work out the tax on trades.
#[derive(Signature)]
#[signature(output = TaxedTrades)]
struct TaxTrades {
    trades: Vec<Trade>,
    allowance: Option<Decimal>,
}

#[derive(FieldType)]
struct TaxedTrades {
    tax: Decimal,
    decisive: Option<Trade>,
}

#[derive(FieldType)]
#[field(tag = "kind")]
enum Trade {
    /// Shares came in.
    Bought { on: NaiveDate, price: Decimal },
    #[field(rename = "sold")]
    Sold {
        at: DateTime<Utc>,
        price: Decimal,
        #[field(desc = "since they were bought")]
        after: TimeDelta,
    },
}

#[derive(Signature)]
#[signature(output = Chronicled)]
struct Chronicle {
    first: NaiveDate,
    span: [NaiveDate; 2],
    moments: Vec<DateTime<Utc>>,
    local: Vec<NaiveDateTime>,
    instants: Vec<NaiveTime>,
    lengths: BTreeMap<String, TimeDelta>,
    amounts: BTreeMap<String, Vec<Decimal>>,
}

#[derive(FieldType)]
struct Chronicled {
    days: BTreeSet<NaiveDate>,
    ids: HashSet<Uuid>,
    chronicle: Vec<(NaiveDate, String)>,
}

pub(super) const CASES: &[(&str, Check)] = &classes![
    Book,
    Reschedule,
    Shifts,
    Trace,
    QuotePrice,
    FileInvoice,
    Stay,
    SetAlarm,
    TaxTrades,
    Chronicle,
];
