use dspex_signature_macros::FieldType;

#[derive(FieldType)]
#[signature(output = Answer)]
struct Answer {
    answer: String,
}

fn main() {}
