use dspex_signature_macros::FieldType;

#[derive(FieldType)]
struct Ticket {
    #[field(pattern = "^[A-Z]-([0-9]+$")]
    number: String,
    #[field(pattern = r"^\w+(?=@)")]
    account: String,
    #[field(pattern = "^[0-9]+$")]
    count: u32,
}

fn main() {}
