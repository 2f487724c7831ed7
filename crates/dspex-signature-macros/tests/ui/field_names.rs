use dspex_signature_macros::FieldType;

#[derive(FieldType)]
struct Answer {
    _answer: String,
    #[field(rename = "two words")]
    words: String,
    r#in: f64,
    score: f64,
    #[field(rename = "score")]
    rank: f64,
}

fn main() {}
