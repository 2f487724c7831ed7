use dspex_signature_macros::tool;

#[tool]
fn find_order(number: String, #[field(rename = "number")] id: u32) -> String {
    format!("{number}{id}")
}

fn main() {}
