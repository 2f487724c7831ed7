use dspex_signature_macros::tool;

struct Shop;

#[tool]
fn find_order(shop: &Shop, number: &str) -> String {
    let _ = shop;
    number.to_owned()
}

#[tool]
fn note(ticket: String, text: &str) -> String {
    ticket + text
}

fn main() {}
