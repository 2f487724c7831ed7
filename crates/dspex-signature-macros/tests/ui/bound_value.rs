use dspex_signature_macros::FieldType;

#[derive(FieldType)]
struct Order {
    #[field(le = 9_223_372_036_854_775_808)]
    number: u64,
    #[field(lt = 1e999)]
    price: f64,
    #[field(min_length = "1")]
    item: String,
    #[field(max_length = 2.5)]
    tags: Vec<String>,
    #[field(max_length = 5_000_000_000)]
    note: String,
    #[field(pattern = 10)]
    code: String,
    #[field(ge)]
    quantity: u32,
}

fn main() {}
