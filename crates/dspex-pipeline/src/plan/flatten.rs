//! A record's shape as a flat list of fields.

use dspex_signature::{Part, RecordShape, Shape};

/// One field of a record, wherever in its shape it stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FlatField {
    pub(crate) name: &'static str,
    pub(crate) shape: Shape,
    pub(crate) maybe: bool,
}

/// All fields of a record, in order.
pub(crate) fn flatten(record: &'static RecordShape) -> Vec<FlatField> {
    let mut fields = Vec::new();
    collect(record, false, &mut fields);
    fields
}

fn collect(record: &'static RecordShape, maybe: bool, fields: &mut Vec<FlatField>) {
    for part in record.parts {
        match part {
            Part::Own(own) => fields.extend(own.iter().map(|(name, shape)| FlatField {
                name,
                shape: *shape,
                maybe,
            })),
            Part::Flat(inner) | Part::Stage { makes: inner, .. } => collect(inner, maybe, fields),
            Part::Maybe(inner) => collect(inner, true, fields),
        }
    }
}
