use dspex_signature_macros::FieldType;

#[derive(FieldType)]
struct Batch<const N: usize> {
    orders: [String; N],
}

fn main() {}
