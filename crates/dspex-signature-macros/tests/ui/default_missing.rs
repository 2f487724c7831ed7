use dspex_signature_macros::FieldType;

#[derive(FieldType)]
enum Speed {
    Fast,
    Slow,
}

#[derive(FieldType)]
struct Parcel {
    #[field(default)]
    speed: Speed,
}

fn main() {}
