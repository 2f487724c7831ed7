use dspex_signature_macros::FieldType;

#[derive(FieldType)]
struct Invoice {
    #[field(rename = "price_€")]
    price: f64,
    #[field(rename = "ﬁnal_total")]
    total: f64,
    #[field(rename = "2nd_line")]
    second_line: String,
    #[field(rename = "")]
    note: String,
    #[field(rename = "class")]
    rate_class: String,
    #[field(rename = Buyer)]
    buyer: String,
    __: bool,
}

fn main() {}
