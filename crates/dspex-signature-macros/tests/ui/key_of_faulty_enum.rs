use std::collections::HashMap;

use dspex_signature_macros::FieldType;

#[derive(FieldType, PartialEq, Eq, Hash)]
enum Topic {
    #[field(renam = "refund")]
    Refund,
    Other,
}

// This use is reported as well, and should not be.
#[derive(FieldType)]
struct Counts {
    by_topic: HashMap<Topic, u32>,
}

fn main() {}
