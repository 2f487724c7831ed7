use dspex_signature_macros::{FieldType, Signature};

#[derive(FieldType)]
struct Answer {
    answer: String,
}

#[derive(Signature)]
#[signature(output = Answer)]
struct Ask<'a> {
    question: &'a str,
}

#[derive(FieldType)]
struct Page<T> {
    items: Vec<T>,
}

fn needs<F: dspex_signature::FieldType>() {}

fn main() {
    needs::<Page<String>>();
}
