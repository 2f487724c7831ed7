use dspex_signature_macros::FieldType;

struct Line {
    item: String,
}

#[derive(FieldType)]
struct Order {
    lines: Vec<Line>,
}

fn main() {}
