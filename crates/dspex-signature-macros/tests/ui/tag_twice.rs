use dspex_signature_macros::FieldType;

#[derive(FieldType)]
#[field(tag = "the method", tag = "kind")]
enum Payment {
    Card { last_four: String },
    Cash,
}

fn main() {}
