use dspex_signature_macros::tool;

struct Shop {
    city: String,
}

#[tool]
fn city(shop: &Shop) -> &str {
    &shop.city
}

fn main() {}
