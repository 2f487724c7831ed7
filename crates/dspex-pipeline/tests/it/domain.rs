//! The tickets that the tests are about.

use dspex_pipeline::{Pipeline, pipeline};

/// A record, as one would write it.
macro_rules! record {
    ($name:ident { $($field:ident: $ty:ty),* $(,)? }) => {
        #[derive(Clone, Debug, PartialEq, dspex_signature_macros::FieldType)]
        pub(crate) struct $name {
            $(pub(crate) $field: $ty,)*
        }
    };
}
pub(crate) use record;

record!(Ticket { id: String, text: String });
record!(Text { text: String });
record!(Sorted { topic: String, urgency: u8 });
record!(Similar { similar: Vec<String> });
record!(ToDraft { text: String, topic: String, similar: Option<Vec<String>> });
record!(Draft { reply: String });
record!(Triaged { id: String, urgency: u8, reply: String });

pub(crate) fn ticket(text: &str) -> Ticket {
    Ticket { id: "T-1".into(), text: text.into() }
}

pub(crate) fn sort(ticket: Text) -> Sorted {
    let urgency = if ticket.text.contains('!') { 5 } else { 1 };
    Sorted { topic: "delivery".into(), urgency }
}

pub(crate) fn find(ticket: Text) -> Similar {
    Similar { similar: vec![ticket.text.to_lowercase()] }
}

pub(crate) fn draft(known: ToDraft) -> Draft {
    let similar = known.similar.map_or(0, |similar| similar.len());
    Draft { reply: format!("about {}, {similar} alike", known.topic) }
}

pub(crate) fn canned(sorted: Sorted) -> Draft {
    Draft { reply: format!("soon ({})", sorted.topic) }
}

pub(crate) fn is_urgent(sorted: &Sorted) -> bool {
    sorted.urgency >= 4
}

pub(crate) fn triage() -> Pipeline<Ticket, Triaged> {
    pipeline!(triage: Ticket => Triaged { sort = sort; find = find; draft = draft; })
        .expect("names differ")
}
