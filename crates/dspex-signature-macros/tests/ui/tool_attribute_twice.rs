use dspex_signature_macros::tool;

#[tool(name = 1, name = "find")]
fn find_order(number: String) -> String {
    number
}

fn main() {}
