use dspex_signature_macros::{FieldType, Signature};

#[derive(FieldType)]
enum Topic {
    Delivery,
    Refund,
}

#[derive(Signature)]
#[signature(output = Topic)]
struct Sort {
    ticket: String,
}

fn main() {}
