use dspex_signature_macros::tool;

#[tool]
fn postage(
    #[field(gte = 1)] grams: u32,
    #[field(le = "100")] width: u32,
    #[field(text, serde)] city: String,
) -> u32 {
    grams + width + city.len() as u32
}

fn main() {}
