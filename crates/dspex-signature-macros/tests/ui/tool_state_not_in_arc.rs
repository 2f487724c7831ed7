use dspex_signature_macros::tool;

struct Shop;

#[tool]
fn find_order(shop: &Shop, number: String) -> String {
    let _ = shop;
    number
}

fn run() {
    let _ = find_order::tool(Shop);
}

fn main() {}
