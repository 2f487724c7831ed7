use std::time::Duration;

use dspex_signature_macros::FieldType;

#[derive(FieldType)]
struct Ticket {
    waiting: Duration,
}

fn main() {}
