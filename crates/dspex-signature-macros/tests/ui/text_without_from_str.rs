use dspex_signature_macros::FieldType;

struct Money {
    pence: u64,
}

#[derive(FieldType)]
struct Invoice {
    #[field(text)]
    total: Money,
}

fn main() {}
