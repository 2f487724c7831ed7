use dspex_signature_macros::tool;

#[tool]
fn find_order(number: &str) -> String {
    number.to_owned()
}

fn run() {
    let _ = find_order::tool();
}

fn main() {}
