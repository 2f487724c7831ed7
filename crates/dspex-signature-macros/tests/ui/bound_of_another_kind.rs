use dspex_signature_macros::FieldType;

#[derive(FieldType)]
struct Order {
    #[field(gt = 0)]
    is_paid: bool,
    #[field(ge = 0.5)]
    quantity: u32,
}

fn main() {}
