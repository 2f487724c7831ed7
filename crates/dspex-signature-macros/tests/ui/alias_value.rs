use dspex_signature_macros::FieldType;

#[derive(FieldType)]
struct Order {
    #[field(alias = 1)]
    item: String,
    #[field(alias = ["id", 2])]
    number: String,
    #[field(alias)]
    buyer: String,
    #[field(alias = "unit-price")]
    price: f64,
}

fn main() {}
