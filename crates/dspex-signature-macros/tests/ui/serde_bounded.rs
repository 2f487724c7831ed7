use dspex_signature_macros::FieldType;

#[derive(FieldType)]
struct Order {
    #[field(serde, min_length = 1)]
    lines: Vec<String>,
}

fn main() {}
