use dspex_signature_macros::Signature;

use dspex_signature::TypedSignature;

/// Answer the question.
#[derive(Signature)]
struct Ask {
    question: String,
}

fn main() {
    // One mistake, one message: this use is not reported.
    let _ = Ask::signature();
}
