use dspex_signature_macros::FieldType;

#[derive(FieldType)]
enum Event {
    Ordered {
        r#type: String,
    },
    Refunded {
        #[field(rename = "type")]
        kind: String,
    },
    Noted {
        #[field(alias = "type")]
        kind: String,
    },
}

fn main() {}
