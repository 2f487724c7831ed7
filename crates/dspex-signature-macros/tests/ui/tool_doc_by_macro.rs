use dspex_signature_macros::tool;

#[doc = concat!("Look an order ", "up.")]
#[tool]
fn find_order(number: String) -> String {
    number
}

fn main() {}
