//! Inputs and outputs share no name: checked by the compiler, across two structs.

use crate::{Part, RecordShape};

/// Fails to compile where a name is an input and an output.
///
/// # Panics
/// At compile time, with the name.
pub const fn assert_disjoint(inputs: &RecordShape, outputs: &RecordShape) {
    let mut part_idx = 0;
    while part_idx < inputs.parts.len() {
        if let Part::Own(fields) = &inputs.parts[part_idx] {
            let mut field_idx = 0;
            while field_idx < fields.len() {
                if has(outputs, fields[field_idx].0) {
                    panic!("{}", Message::both(fields[field_idx].0, outputs.name).text());
                }
                field_idx += 1;
            }
        }
        part_idx += 1;
    }
}

const fn has(shape: &RecordShape, name: &str) -> bool {
    let mut part_idx = 0;
    while part_idx < shape.parts.len() {
        match &shape.parts[part_idx] {
            Part::Own(fields) => {
                let mut field_idx = 0;
                while field_idx < fields.len() {
                    if same(fields[field_idx].0, name) {
                        return true;
                    }
                    field_idx += 1;
                }
            }
            Part::Flat(inner) | Part::Maybe(inner) => {
                if has(inner, name) {
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
            Err(_) => "a field is an input and also an output; rename one of them",
        }
    }
}
