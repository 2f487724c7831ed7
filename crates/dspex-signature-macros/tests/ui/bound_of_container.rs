use dspex_signature_macros::FieldType;

#[derive(FieldType)]
struct Order {
    #[field(ge = 0.0)]
    prices: Vec<f64>,
    #[field(max_length = 3)]
    codes: [String; 3],
    #[field(pattern = "^[A-Z]")]
    labels: Option<Vec<String>>,
}

fn main() {}
