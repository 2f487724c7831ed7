use dspex_signature_macros::tool;

#[tool(crate)]
fn find_order(number: String) -> String {
    number
}

#[tool(crate = "dspex_signature")]
fn cancel_order(number: String) -> String {
    number
}

fn main() {}
