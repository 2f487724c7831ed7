use dspex_signature_macros::{FieldType, Signature};

#[derive(FieldType)]
struct Line {
    item: String,
}

#[derive(Signature)]
#[signature(output = Vec<Line>)]
struct ReadInvoice {
    invoice: String,
}

fn main() {}
