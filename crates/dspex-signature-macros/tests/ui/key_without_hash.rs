use std::collections::HashMap;

use dspex_signature_macros::FieldType;

#[derive(FieldType)]
enum Topic {
    Refund,
    Other,
}

#[derive(FieldType)]
struct Counts {
    by_topic: HashMap<Topic, u32>,
}

fn main() {}
