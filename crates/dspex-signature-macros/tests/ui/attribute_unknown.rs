use dspex_signature_macros::FieldType;

#[derive(FieldType)]
struct Answer {
    #[field(descr = "between 0 and 1", ge = 0.0)]
    confidence: f64,
    #[field(color = "red")]
    answer: String,
}

fn main() {}
