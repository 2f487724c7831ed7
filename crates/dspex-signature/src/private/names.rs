//! The names of a signature's two structs, held against each other by the compiler.

use crate::{Part, Record, RecordShape, TypedSignature, signature::RESERVED};

/// Fails to compile where a name is an input and an output, or an output has a name that DSPy's
/// `Signature` class takes for itself (inputs cannot: the derive has looked), or where the output
/// is an open record, which has no names.
///
/// # Panics
/// At compile time, with the name.
#[track_caller]
pub const fn assert_names<S: TypedSignature>() {
    let (inputs, outputs) = (&<S as Record>::SHAPE, &<S::Output as Record>::SHAPE);
    let full_names = <S::Output as Record>::FULL_NAMES;
    if outputs.open {
        panic!("the output is open: it names no fields that the model could be asked for");
    }
    let mut part_idx = 0;
    while part_idx < inputs.parts.len() {
        if let Part::Own(fields) = &inputs.parts[part_idx] {
            let mut field_idx = 0;
            while field_idx < fields.len() {
                let name = own(fields[field_idx].0, <S as Record>::FULL_NAMES);
                if has(outputs, full_names, name) {
                    panic!("{}", Message::both(name, outputs.name).text());
                }
                field_idx += 1;
            }
        }
        part_idx += 1;
    }
    let mut name_idx = 0;
    while name_idx < RESERVED.len() {
        if has(outputs, full_names, RESERVED[name_idx]) {
            panic!("{}", Message::taken(RESERVED[name_idx], outputs.name).text());
        }
        name_idx += 1;
    }
}

/// The name of the field that a shape may know by its full name.
const fn own<'n>(name: &'n str, full_names: &[(&'n str, &'n str)]) -> &'n str {
    let mut name_idx = 0;
    while name_idx < full_names.len() {
        if same(full_names[name_idx].0, name) {
            return full_names[name_idx].1;
        }
        name_idx += 1;
    }
    name
}

const fn has(shape: &RecordShape, full_names: &[(&str, &str)], name: &str) -> bool {
    let mut part_idx = 0;
    while part_idx < shape.parts.len() {
        match &shape.parts[part_idx] {
            Part::Own(fields) => {
                let mut field_idx = 0;
                while field_idx < fields.len() {
                    if same(own(fields[field_idx].0, full_names), name) {
                        return true;
                    }
                    field_idx += 1;
                }
            }
            Part::Flat(inner) | Part::Maybe(inner) => {
                if has(inner, full_names, name) {
                    return true;
                }
            }
            Part::Stage { .. } => {}
        }
        part_idx += 1;
    }
    false
}

const fn same(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    if one.len() != other.len() {
        return false;
    }
    let mut byte_idx = 0;
    while byte_idx < one.len() {
        if one[byte_idx] != other[byte_idx] {
            return false;
        }
        byte_idx += 1;
    }
    true
}

/// A text put together at compile time, where `format!` does not exist.
struct Message {
    bytes: [u8; 256],
    length: usize,
}

impl Message {
    const fn both(field: &str, output: &str) -> Self {
        Self { bytes: [0; 256], length: 0 }
            .push("`")
            .push(field)
            .push("` is an input and also a field of the output `")
            .push(output)
            .push("`; rename one of them")
    }

    const fn taken(field: &str, output: &str) -> Self {
        Self { bytes: [0; 256], length: 0 }
            .push("`")
            .push(field)
            .push("` cannot be a field of the output `")
            .push(output)
            .push("`: DSPy's `Signature` class has a member of that name; rename it")
    }

    const fn push(mut self, text: &str) -> Self {
        let text = text.as_bytes();
        let mut byte_idx = 0;
        while byte_idx < text.len() && self.length < self.bytes.len() {
            self.bytes[self.length] = text[byte_idx];
            self.length += 1;
            byte_idx += 1;
        }
        self
    }

    const fn text(&self) -> &str {
        match std::str::from_utf8(self.bytes.split_at(self.length).0) {
            Ok(text) => text,
            // Only where a name of more than 150 bytes was cut within a letter.
            Err(_) => "two fields have the same name, or one a name that is taken",
        }
    }
}
