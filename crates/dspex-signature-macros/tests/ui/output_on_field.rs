use dspex_signature_macros::{FieldType, Signature};

#[derive(FieldType)]
struct Answer {
    answer: String,
}

#[derive(Signature)]
struct Ask {
    #[signature(output = Answer)]
    question: String,
}

fn main() {}
