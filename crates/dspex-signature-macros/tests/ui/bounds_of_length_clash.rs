use dspex_signature_macros::FieldType;

#[derive(FieldType)]
struct Ticket {
    #[field(min_length = 10, max_length = 2)]
    subject: String,
    #[field(le = 5, lt = 6)]
    urgency: u8,
    #[field(gt = 1, lt = 1.0)]
    weight: f64,
}

fn main() {}
