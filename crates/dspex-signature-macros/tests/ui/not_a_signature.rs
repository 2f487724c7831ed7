use dspex_signature::TypedSignature;
use dspex_signature_macros::FieldType;

#[derive(FieldType)]
struct Answer {
    answer: String,
}

fn predict<S: TypedSignature>(_: S) {}

fn run(answer: Answer) {
    predict(answer);
}

fn main() {}
