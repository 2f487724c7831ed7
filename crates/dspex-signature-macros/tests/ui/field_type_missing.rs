use dspex_signature_macros::{FieldType, Signature};

#[derive(FieldType)]
struct Answer {
    answer: String,
}

struct Url;

#[derive(Signature)]
#[signature(output = Answer)]
struct Ask {
    question: String,
    page: Url,
}

fn main() {}
