use dspex_signature_macros::FieldType;

#[derive(FieldType)]
struct Rating {
    #[field(ge = 5, lt = 5)]
    urgency: u8,
}

fn main() {}
