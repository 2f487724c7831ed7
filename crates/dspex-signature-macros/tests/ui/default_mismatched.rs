use dspex_signature_macros::FieldType;

#[derive(FieldType)]
struct Order {
    #[field(default = 1.5)]
    quantity: u32,
    #[field(default = 0)]
    note: String,
}

fn main() {}
