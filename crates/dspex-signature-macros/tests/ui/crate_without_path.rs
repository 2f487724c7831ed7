use dspex_signature_macros::FieldType;

#[derive(FieldType)]
#[dspex(crate)]
struct Order {
    item: String,
}

#[derive(FieldType)]
#[dspex(crate = "dspex_signature")]
struct Invoice {
    total: f64,
}

fn main() {}
