use dspex_signature_macros::tool;

#[tool]
unsafe fn find_order(number: String) -> String {
    number
}

fn main() {}
