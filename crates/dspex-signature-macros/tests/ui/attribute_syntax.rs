use dspex_signature_macros::FieldType;

#[derive(FieldType)]
struct Order {
    #[field(ge: 1)]
    quantity: u32,
    #[field("the buyer's name")]
    buyer: String,
    #[field(desc("in pounds"))]
    price: f64,
    #[field(default = )]
    note: String,
    #[field(ge = 0 le = 1)]
    discount: f64,
}

fn main() {}
