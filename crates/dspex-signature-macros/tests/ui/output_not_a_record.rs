use dspex_signature_macros::Signature;

/// Answer the question.
#[derive(Signature)]
#[signature(output = String)]
struct Ask {
    question: String,
}

fn main() {}
