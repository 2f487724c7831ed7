use dspex_signature_macros::tool;

trait Orders {
    #[tool]
    fn find_order(&self, number: String) -> String;
}

fn main() {}
