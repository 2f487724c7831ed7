use dspex_signature_macros::{FieldType, Signature};

#[derive(FieldType)]
struct Answer {
    #[field(desc = "one", ge = 0, desc = "two")]
    confidence: f64,
}

// One mistake, one message: this use is not reported.
#[derive(Signature)]
#[signature(output = Answer)]
struct Ask {
    question: String,
}

fn main() {}
