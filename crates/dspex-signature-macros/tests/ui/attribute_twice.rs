use dspex_signature_macros::FieldType;

#[derive(FieldType)]
struct Answer {
    #[field(desc = "one", ge = 0, desc = "two")]
    confidence: f64,
}

fn main() {}
