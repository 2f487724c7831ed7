use dspex_signature_macros::FieldType;

#[derive(FieldType)]
#[field(desc = "an answer")]
struct Answer {
    answer: String,
}

fn main() {}
