use dspex_signature_macros::Signature;

struct Answer {
    answer: String,
}

#[derive(Signature)]
#[signature(output = Answer)]
struct Ask {
    question: String,
}

fn main() {}
