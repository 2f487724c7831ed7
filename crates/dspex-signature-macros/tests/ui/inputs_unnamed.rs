use dspex_signature_macros::{FieldType, Signature};

#[derive(FieldType)]
struct Answer {
    answer: String,
}

#[derive(Signature)]
#[signature(output = Answer)]
struct Ask(String);

fn main() {}
