use dspex_signature_macros::tool;

struct Shop {
    n_cancelled: usize,
}

#[tool]
fn cancel_order(shop: &mut Shop, number: String) -> String {
    shop.n_cancelled += 1;
    number
}

fn main() {}
