//! A second choice does not make what the first one does.

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

fn echo(ticket: Ticket) -> Ticket {
    ticket
}

fn main() {
    let _ = pipeline!(triage: Ticket => Draft { draft = draft.or_else(echo); });
}
