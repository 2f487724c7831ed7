use dspex_signature_macros::{FieldType, Signature};

#[derive(FieldType)]
struct Answer {
    answer: String,
}

#[derive(Signature, FieldType)]
#[signature(output = Answer)]
struct Ask {
    question: String,
}

fn main() {}
