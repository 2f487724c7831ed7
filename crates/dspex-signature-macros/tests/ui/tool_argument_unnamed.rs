use dspex_signature_macros::tool;

struct Parcel {
    grams: u32,
}

#[tool]
fn postage(Parcel { grams }: Parcel, _: String, (width, height): (u32, u32)) -> u32 {
    grams + width + height
}

fn main() {}
