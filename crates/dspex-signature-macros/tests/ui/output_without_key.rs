use dspex_signature_macros::{FieldType, Signature};

#[derive(FieldType)]
struct Answer {
    answer: String,
}

#[derive(Signature)]
#[signature(Answer)]
struct Ask {
    question: String,
}

fn main() {}
