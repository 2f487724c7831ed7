use dspex_signature_macros::Signature;

#[derive(Signature)]
#[signature(output)]
struct Ask {
    question: String,
}

#[derive(Signature)]
#[signature(output = "Answer")]
struct AskAgain {
    question: String,
}

fn main() {}
