use dspex_signature_macros::FieldType;

#[derive(FieldType)]
#[field(tag = "kind")]
struct Order {
    item: String,
    #[field(tag = "kind")]
    buyer: String,
}

#[derive(FieldType)]
#[field(tga = "method")]
enum Payment {
    Card { last_four: String },
    Cash,
}

fn main() {}
