use dspex_signature_macros::FieldType;

#[derive(FieldType)]
enum Topic {
    #[field(rename = 1)]
    Delivery,
    #[field(desc = "money back", rename = "refund", rename = "Refund")]
    Refund,
}

fn main() {}
