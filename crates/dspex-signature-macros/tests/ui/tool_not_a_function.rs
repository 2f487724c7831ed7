use dspex_signature_macros::tool;

#[tool]
struct Shop {
    city: String,
}

#[tool]
impl Shop {
    fn find_order(&self, number: String) -> String {
        number
    }
}

fn main() {}
