use dspex_signature_macros::FieldType;

#[derive(FieldType)]
struct Answer {
    #[field(ge = 0.0, gt = 0.0)]
    confidence: f64,
    #[field(ge = 5, desc = "stars", le = 1)]
    stars: u8,
}

fn main() {}
