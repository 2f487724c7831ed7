use dspex_signature_macros::FieldType;

#[derive(FieldType)]
#[field(tag = "method")]
enum Payment {
    Card(String),
    Transfer { method: String },
    #[field(rename = "Transfer")]
    Cash,
}

#[derive(FieldType)]
#[field(tag = 1)]
enum Empty {}

#[derive(FieldType)]
#[field(tag = "the method")]
enum Named {
    Card { last_four: String },
}

fn main() {}
