use dspex_signature_macros::FieldType;

#[derive(FieldType)]
#[dspex(crat = ::dspex_signature)]
struct Answer {
    answer: String,
}

fn main() {}
