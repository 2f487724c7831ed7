#![deny(deprecated)]

use dspex_signature_macros::{FieldType, Signature};

#[derive(Signature)]
#[signature(output = Answer)]
struct Ask {
    /// Answer the question in one word.
    question: String,
}

#[derive(FieldType)]
struct Answer {
    answer: String,
}

fn main() {}
