use dspex_signature_macros::tool;

#[tool]
fn find_order(number: String) -> impl Future<Output = String> {
    async move { number }
}

fn main() {}
