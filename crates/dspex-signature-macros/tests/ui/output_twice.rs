use dspex_signature_macros::{FieldType, Signature};

#[derive(FieldType)]
struct Answer {
    answer: String,
}

#[derive(FieldType)]
struct Score {
    score: f64,
}

#[derive(Signature)]
#[signature(output = Answer)]
#[signature(output = Score)]
struct Ask {
    question: String,
}

fn main() {}
