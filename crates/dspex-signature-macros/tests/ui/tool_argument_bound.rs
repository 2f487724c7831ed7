use dspex_signature_macros::tool;

#[tool]
fn find_order(#[field(ge = 1)] number: String) -> String {
    number
}

fn main() {}
