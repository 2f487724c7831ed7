use dspex_signature_macros::tool;

struct Order;

#[tool]
fn cancel_order(order: Order) -> String {
    let _ = order;
    String::new()
}

fn main() {}
