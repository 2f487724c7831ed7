use dspex_signature_macros::FieldType;

#[derive(FieldType)]
struct Ticket {
    #[doc = concat!("1 can wait", ", 5 cannot")]
    urgency: u8,
}

fn main() {}
