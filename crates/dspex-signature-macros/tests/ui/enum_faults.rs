use dspex_signature_macros::FieldType;

#[derive(FieldType)]
enum Topic {
    Delivery,
    #[field(rename = "Delivery")]
    Refund,
    #[field(renam = "other")]
    Other,
}

#[derive(FieldType)]
enum Nothing {}

fn main() {}
