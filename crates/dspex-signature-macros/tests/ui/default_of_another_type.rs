use dspex_signature_macros::FieldType;

#[derive(FieldType)]
struct Answer {
    #[field(default = "high")]
    confidence: f64,
}

fn main() {}
