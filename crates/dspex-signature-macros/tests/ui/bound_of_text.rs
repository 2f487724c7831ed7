use dspex_signature_macros::FieldType;

#[derive(FieldType)]
struct Answer {
    #[field(ge = 1)]
    answer: String,
    #[field(min_length = 1)]
    k: Option<i64>,
    #[field(pattern = "^a")]
    score: f64,
}

fn main() {}
