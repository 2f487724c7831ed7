use dspex_signature_macros::FieldType;

#[derive(FieldType)]
struct Ticket {
    subject: &'static str,
}

fn main() {}
