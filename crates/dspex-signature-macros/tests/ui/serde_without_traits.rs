use dspex_signature_macros::FieldType;

struct Money {
    pence: u64,
}

#[derive(FieldType)]
struct Invoice {
    #[field(serde)]
    total: Money,
}

fn main() {}
