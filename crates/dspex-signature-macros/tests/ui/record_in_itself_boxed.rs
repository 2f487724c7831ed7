use dspex_signature_macros::{FieldType, Signature};

#[derive(FieldType)]
struct Comment {
    text: String,
    reply: Option<Box<Self>>,
}

#[derive(FieldType)]
enum Rule {
    All { rules: Vec<Rule> },
    Contains { word: String },
}

#[derive(Signature)]
#[signature(output = Comment)]
struct Reply {
    before: Box<Reply>,
}

fn main() {}
