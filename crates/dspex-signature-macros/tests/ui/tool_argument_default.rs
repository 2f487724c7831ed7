use dspex_signature_macros::tool;

#[tool]
fn postage(#[field(default = 0.5)] grams: u32) -> u32 {
    grams
}

fn main() {}
