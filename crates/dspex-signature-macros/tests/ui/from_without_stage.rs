use dspex_signature_macros::FieldType;

#[derive(FieldType)]
struct Check {
    #[field(from = "answer")]
    answer: String,
    #[field(from = "draft.")]
    reasoning: String,
    #[field(from = draft.sources)]
    sources: Vec<String>,
}

fn main() {}
