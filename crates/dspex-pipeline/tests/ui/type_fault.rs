//! A stage reads a field as another type than it is made.

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
struct Letters {
    reply: Vec<String>,
}

fn count(letters: Letters) -> Draft {
    Draft { reply: letters.reply.concat() }
}

fn main() {
    let _ = pipeline!(triage: Ticket => Draft {
        draft = draft.attempts(1);
        count = count;
    });
}
