use dspex_signature_macros::tool;

struct Shop;

#[tool]
fn cancel_order(shop: &'static Shop, number: String) -> String {
    let _ = shop;
    number
}

fn main() {}
