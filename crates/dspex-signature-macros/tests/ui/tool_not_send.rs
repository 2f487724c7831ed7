use std::rc::Rc;

use dspex_signature_macros::tool;

#[tool]
async fn find_order(number: String) -> String {
    let number = Rc::new(number);
    std::future::ready(()).await;
    number.to_string()
}

fn main() {}
