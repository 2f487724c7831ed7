use dspex_signature_macros::FieldType;

#[derive(FieldType)]
struct Pair(String, i64);

#[derive(FieldType)]
struct Nothing;

fn main() {}
