use dspex_signature_macros::{FieldType, Signature};

#[derive(FieldType)]
struct Answer {
    answer: String,
}

#[derive(Signature)]
#[signature(output = Answer, instructions = "Answer in one word.")]
struct Ask {
    question: String,
}

fn main() {}
