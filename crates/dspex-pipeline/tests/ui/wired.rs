//! Wiring that fits, and combinations of everything that can be said on a stage.

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
    let short = Draft { reply: "short".into() };
    let pipeline = pipeline!(wired: Ticket => Draft {
        draft = draft.when(is_long).otherwise(draft).attempts(2).or_else(draft).or(short);
    });
    assert!(pipeline.is_ok());
}
