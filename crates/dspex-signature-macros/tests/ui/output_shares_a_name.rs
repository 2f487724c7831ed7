use dspex_signature_macros::{FieldType, Signature};

#[derive(Signature)]
#[signature(output = Answer)]
struct Ask {
    question: String,
}

#[derive(FieldType)]
struct Answer {
    #[field(rename = "question")]
    answer: String,
}

fn main() {}
