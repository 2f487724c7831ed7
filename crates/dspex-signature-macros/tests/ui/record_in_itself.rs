use dspex_signature_macros::FieldType;

#[derive(FieldType)]
struct Node {
    label: String,
    children: Vec<Node>,
}

fn main() {}
