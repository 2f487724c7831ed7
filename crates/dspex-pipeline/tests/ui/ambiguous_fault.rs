//! Two stages make one field.

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

fn main() {
    let _ = pipeline!(triage: Ticket => Draft {
        draft = draft.attempts(1);
        again = draft;
    });
}
