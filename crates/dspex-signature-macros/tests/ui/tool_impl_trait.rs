use dspex_signature_macros::tool;

#[tool]
fn find_order(number: impl Into<String>) -> String {
    number.into()
}

fn main() {}
