//! A function of text is no stage: its input has no names.

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

fn shout(text: String) -> Draft {
    Draft { reply: text.to_uppercase() }
}

fn main() {
    let _ = draft.attempts(1);
    let _ = pipeline!(triage: Ticket => Draft { draft = shout; });
}
