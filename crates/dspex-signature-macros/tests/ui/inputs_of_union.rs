use dspex_signature_macros::{FieldType, Signature};

#[derive(FieldType)]
struct Answer {
    answer: String,
}

#[derive(Signature)]
#[signature(output = Answer)]
union Ask {
    number: u32,
    amount: f32,
}

fn main() {}
