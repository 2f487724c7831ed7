use dspex_signature_macros::{FieldType, Signature};

// Within a record alone the name is free.
#[derive(FieldType)]
struct Answer {
    instructions: String,
}

#[derive(Signature)]
#[signature(output = Answer)]
struct Ask {
    question: String,
}

#[derive(Signature)]
#[signature(output = Answer)]
struct AskAgain {
    signature: String,
}

fn main() {}
