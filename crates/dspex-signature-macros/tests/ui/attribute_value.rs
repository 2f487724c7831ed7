use dspex_signature_macros::FieldType;

#[derive(FieldType)]
struct Answer {
    #[field(ge = "0", max_length = -1)]
    confidence: f64,
    #[field(desc)]
    answer: String,
    #[field(le = i64::MAX)]
    k: i64,
}

fn main() {}
