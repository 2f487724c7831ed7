use dspex_signature_macros::FieldType;

#[derive(FieldType)]
struct Order {
    #[field(rename = "id")]
    #[field(rename = "order_id")]
    number: String,
}

fn main() {}
