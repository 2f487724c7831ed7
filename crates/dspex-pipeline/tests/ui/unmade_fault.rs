//! Nobody makes what the output reads.

use dspex_pipeline::{StageExt, pipeline};
use dspex_signature_macros::FieldType;

#[derive(FieldType)]
struct Ticket {
    text: String,
}

#[derive(FieldType)]
struct Draft {
    reply: String,
}

fn draft(ticket: Ticket) -> Draft {
    Draft { reply: ticket.text }
}

#[derive(FieldType)]
struct Triaged {
    reply: String,
    urgency: u8,
}

fn main() {
    let _ = pipeline!(triage: Ticket => Triaged { draft = draft.attempts(1); });
}
