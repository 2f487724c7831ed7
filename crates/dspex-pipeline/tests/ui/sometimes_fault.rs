//! A branch is read as if it were always taken.

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

fn is_long(ticket: &Ticket) -> bool {
    ticket.text.len() > 80
}

fn main() {
    let _ = pipeline!(triage: Ticket => Draft { draft = draft.when(is_long); });
}
