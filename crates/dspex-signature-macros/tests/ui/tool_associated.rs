use dspex_signature_macros::tool;

struct Shop;

impl Shop {
    #[tool]
    fn find_order(number: String) -> String {
        number
    }
}

fn main() {}
