use std::cell::RefCell;
use std::sync::Arc;

use dspex_signature_macros::tool;

struct Shop {
    log: RefCell<Vec<String>>,
}

#[tool]
fn cancel_order(shop: &Shop, number: String) {
    shop.log.borrow_mut().push(number);
}

fn run() {
    let _ = cancel_order::tool(Arc::new(Shop { log: RefCell::default() }));
}

fn main() {}
