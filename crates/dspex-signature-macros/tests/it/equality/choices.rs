//! Enums with data: unions of models that a tag tells apart.

use std::collections::BTreeMap;

use dspex_signature_macros::{FieldType, Signature};

use super::{Check, classes};

/// Find out how an invoice was paid.
#[derive(Signature)]
#[signature(output = ReadPaymentResult)]
struct ReadPayment {
    receipt: String,
}

#[derive(FieldType)]
struct ReadPaymentResult {
    payment: Payment,
}

#[derive(FieldType)]
#[field(tag = "method")]
enum Payment {
    Card { last_four: String },
    Transfer { iban: String },
    Cash,
}

/// Say how the money goes back.
#[derive(Signature)]
#[signature(output = Refunded)]
struct Refund {
    paid: Payment,
    /// What the customer would like, best first.
    wishes: Vec<Payment>,
}

#[derive(FieldType)]
struct Refunded {
    back: Option<Payment>,
    fees: BTreeMap<String, Payment>,
}

/// Turn a sketch into shapes.
#[derive(Signature)]
#[signature(output = Drawing)]
struct Draw {
    sketch: String,
    frame: Form,
}

#[derive(FieldType)]
struct Drawing {
    forms: Vec<Form>,
    pair: (Form, Option<Form>),
}

#[derive(FieldType)]
enum Form {
    Circle { radius: f64 },
    Rectangle { width: f64, height: f64 },
}

/// Say what will happen to the ticket next.
#[derive(Signature)]
#[signature(output = FollowedTicket)]
struct FollowTicket {
    events: Vec<Event>,
}

#[derive(FieldType)]
struct FollowedTicket {
    /// The likeliest.
    next_event: Event,
    #[field(max_length = 3)]
    after: Vec<Event>,
}

/// What happens to a ticket; a union has no place for this.
#[derive(FieldType)]
#[field(tag = "event")]
enum Event {
    /// Somebody opened the ticket.
    #[field(rename = "ticket.opened")]
    Opened {
        #[field(desc = "a handle")]
        by: String,
    },
    /// The ticket is done with.
    ///
    /// It may be opened again.
    #[field(rename = "ticket.closed")]
    Closed {
        #[field(default, max_length = 80)]
        reason: Option<String>,
        #[field(ge = 0, le = 100_000, desc = "since it was opened")]
        minutes: u32,
    },
    Lost,
}

/// Bring the account up to date.
#[derive(Signature)]
#[signature(output = UpdatedAccount)]
struct UpdateAccount {
    account: Account,
    letter: String,
}

#[derive(FieldType)]
struct UpdatedAccount {
    updated: Account,
    removed: Vec<Payment>,
}

/// An account and how it pays.
#[derive(FieldType)]
struct Account {
    owner: String,
    payment: Payment,
    #[field(default)]
    spare: Option<Payment>,
    /// Oldest first.
    #[field(default)]
    used: Vec<Payment>,
}

/// Bid for a painting.
#[derive(Signature)]
#[signature(output = Auctioned)]
struct Auction {
    painting: String,
    #[field(default = Bid::Raise { by: 100 })]
    opening: Bid,
    #[field(default)]
    limit: Option<Bid>,
    #[field(default = vec![Bid::Keep])]
    rivals: Vec<Bid>,
}

#[derive(FieldType)]
struct Auctioned {
    #[field(default = Bid::Keep)]
    bid: Bid,
}

#[derive(FieldType)]
#[field(tag = "move")]
enum Bid {
    Keep,
    Raise { by: u32 },
}

/// Decide which calls of a tool may go ahead.
#[derive(Signature)]
#[signature(output = Guarded)]
struct GuardTool {
    calls: Vec<String>,
    #[field(desc = "none where nobody asked")]
    earlier: Vec<Option<Ruling>>,
}

#[derive(FieldType)]
struct Guarded {
    #[field(min_length = 1)]
    rulings: Vec<Option<Ruling>>,
    strictest: Ruling,
}

#[derive(FieldType)]
#[field(tag = "Verdict")]
enum Ruling {
    /// Nothing speaks against it.
    #[field(rename = "✓")]
    Allow,
    #[field(rename = "✗ (no)")]
    Deny {
        #[field(min_length = 1)]
        because: String,
    },
    /// Somebody has to look.
    Ask {
        #[field(default)]
        whom: Option<String>,
    },
}

/// Tell a guest where to go.
#[derive(Signature)]
#[signature(output = Directed)]
struct Direct {
    guest: String,
    known: BTreeMap<Desk, Way>,
    paid: Option<Payment>,
}

#[derive(FieldType)]
struct Directed {
    ways: BTreeMap<Desk, Vec<Way>>,
    #[field(desc = "how the guest may pay there")]
    pay: Payment,
}

/// Where somebody can complain.
#[derive(FieldType, PartialEq, Eq, PartialOrd, Ord)]
enum Desk {
    #[field(rename = "front desk")]
    Front,
    Night,
}

#[derive(FieldType)]
#[field(tag = "mode")]
enum Way {
    Walk {
        floor: i8,
    },
    Phone {
        #[field(pattern = r"^\d{2,4}$", desc = r#"as on the "blue" list"#)]
        extension: String,
        desk: Desk,
    },
}

/// Act on what the caller says.
#[derive(Signature)]
#[signature(output = Acted)]
struct Act {
    call: String,
    last: Outcome,
}

#[derive(FieldType)]
struct Acted {
    action: Action,
    outcome: Outcome,
    log: Vec<(Action, Outcome)>,
}

#[derive(FieldType)]
enum Outcome {
    Fine,
    Failed { error: String, retry: Action },
}

#[derive(FieldType)]
#[field(tag = "do")]
enum Action {
    Say {
        what: Text,
    },
    Wait {
        #[field(gt = 0, default = 1.5)]
        seconds: f64,
    },
}

#[derive(FieldType)]
struct Text {
    text: String,
}

pub(super) const CASES: &[(&str, Check)] = &classes![
    ReadPayment,
    Refund,
    Draw,
    FollowTicket,
    UpdateAccount,
    Auction,
    GuardTool,
    Direct,
    Act,
];
