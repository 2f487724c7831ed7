use dspex_signature_macros::FieldType;

#[derive(FieldType)]
struct Answer {
    #[dspex(crate = ::dspex_signature)]
    answer: String,
}

#[derive(FieldType)]
enum Topic {
    #[dspex(crate = ::dspex_signature)]
    Refund,
}

fn main() {}
