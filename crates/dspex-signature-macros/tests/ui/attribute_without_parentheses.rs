use dspex_signature_macros::{FieldType, Signature};

#[derive(FieldType)]
struct Answer {
    #[field]
    answer: String,
    #[field = "between 0 and 1"]
    confidence: f64,
}

#[derive(Signature)]
#[signature = "Answer"]
struct Ask {
    question: String,
}

fn main() {}
