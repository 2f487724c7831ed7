use dspex_signature_macros::FieldType;

#[derive(FieldType)]
struct Line {
    #[field(text)]
    page: Option<String>,
    #[field(from = "draft.reasoning")]
    why: String,
}

fn main() {}
