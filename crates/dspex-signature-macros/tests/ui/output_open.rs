use dspex_signature_macros::Signature;

#[derive(Signature)]
#[signature(output = dspex_signature::Fields)]
struct Ask {
    question: String,
}

fn main() {}
