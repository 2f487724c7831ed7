use dspex_signature_macros::Signature;

#[derive(Signature)]
#[signature(output = Ask)]
struct Ask {
    question: String,
}

fn main() {}
