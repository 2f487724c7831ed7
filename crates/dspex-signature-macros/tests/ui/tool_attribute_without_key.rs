use dspex_signature_macros::tool;

#[tool("find")]
fn find_order(number: String) -> String {
    number
}

fn main() {}
