use dspex_signature_macros::tool;

#[tool]
fn find_order<T: ToString>(number: T) -> String {
    number.to_string()
}

struct Shop;

#[tool]
fn cancel_order<'a>(shop: &'a Shop, number: String) -> String {
    let _ = shop;
    number
}

fn main() {}
