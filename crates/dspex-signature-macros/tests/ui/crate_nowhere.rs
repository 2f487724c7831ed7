use dspex_signature_macros::FieldType;

#[derive(FieldType)]
#[dspex(crate = ::dspex)]
struct Order {
    item: String,
}

fn main() {}
