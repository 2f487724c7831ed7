use std::sync::Arc;

use dspex_signature_macros::FieldType;

#[derive(FieldType)]
struct Line {
    item: String,
}

#[derive(FieldType)]
struct Order {
    line: Arc<Line>,
}

fn main() {}
