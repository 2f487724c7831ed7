use dspex_signature_macros::FieldType;

#[derive(FieldType)]
#[field(tag = "method")]
enum Payment {
    Card { last_four: String },
    Transfer(String),
    Cash,
}

fn main() {}
