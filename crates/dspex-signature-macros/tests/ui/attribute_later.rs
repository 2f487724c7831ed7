use dspex_signature_macros::FieldType;

#[derive(FieldType)]
struct Line {
    #[field(multiple_of = 2)]
    quantity: u32,
    unit: Unit,
}

#[derive(FieldType)]
enum Unit {
    #[field(alias = "pcs")]
    Piece,
}

fn main() {}
