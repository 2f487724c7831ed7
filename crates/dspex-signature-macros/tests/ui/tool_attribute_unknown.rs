use dspex_signature_macros::tool;

#[tool(nam = "find")]
fn find_order(number: String) -> String {
    number
}

#[tool(description = "Look an order up.")]
fn look_up(number: String) -> String {
    number
}

fn main() {}
