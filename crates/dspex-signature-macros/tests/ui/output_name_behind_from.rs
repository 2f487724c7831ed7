use dspex_signature_macros::{FieldType, Signature};

#[derive(FieldType)]
struct Verdict {
    answer: String,
    instructions: String,
}

#[derive(Signature)]
#[signature(output = Verdict)]
struct Check {
    #[field(from = "draft.answer")]
    answer: String,
}

fn main() {}
