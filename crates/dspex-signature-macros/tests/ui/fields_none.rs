use dspex_signature_macros::FieldType;

#[derive(FieldType)]
struct Answer;

#[derive(FieldType)]
struct Receipt {}

fn main() {}
