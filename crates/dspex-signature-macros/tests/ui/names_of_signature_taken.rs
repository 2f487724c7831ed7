use dspex_signature_macros::{FieldType, Signature};

#[derive(FieldType)]
struct Answer {
    answer: String,
}

#[derive(Signature)]
#[signature(output = Answer)]
struct FillIn {
    fields: Vec<String>,
    #[field(rename = "model_dump")]
    dump: String,
    #[field(alias = "instructions")]
    task: String,
}

fn main() {}
