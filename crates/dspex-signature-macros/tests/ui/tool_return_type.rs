use dspex_signature_macros::tool;

struct Order {
    item: String,
}

#[tool]
fn find_order(number: String) -> Order {
    Order { item: number }
}

#[tool]
fn try_order(number: String) -> Result<Order, String> {
    Ok(Order { item: number })
}

#[tool]
async fn wait_for_order(number: String) -> Option<Order> {
    Some(Order { item: number })
}

fn main() {}
