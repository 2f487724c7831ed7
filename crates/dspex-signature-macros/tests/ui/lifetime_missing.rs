use dspex_signature_macros::FieldType;

#[derive(FieldType)]
struct Ticket {
    subject: &str,
}

fn main() {}
