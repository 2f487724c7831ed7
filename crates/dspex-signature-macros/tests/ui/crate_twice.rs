use dspex_signature_macros::FieldType;

#[derive(FieldType)]
#[dspex(crate = ::dspex_signature, crate = dspex_signature)]
struct Order {
    item: String,
}

fn main() {}
