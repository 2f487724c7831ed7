use dspex_signature_macros::FieldType;

#[derive(FieldType)]
struct Order {
    number: String,
    #[field(alias = "number")]
    quantity: u32,
    #[field(alias = ["sum", "sum"])]
    total: f64,
    #[field(alias = "note")]
    note: String,
}

fn main() {}
