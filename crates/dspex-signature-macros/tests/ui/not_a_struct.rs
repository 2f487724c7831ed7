use dspex_signature_macros::{FieldType, Signature};

#[derive(FieldType)]
struct Answer {
    answer: String,
}

#[derive(Signature)]
#[signature(output = Answer)]
enum Ask {
    Question,
}

#[derive(FieldType)]
union Bits {
    int: u32,
    float: f32,
}

fn main() {}
