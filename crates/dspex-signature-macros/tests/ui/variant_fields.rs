use dspex_signature_macros::FieldType;

#[derive(FieldType)]
enum Payment {
    #[field(alias = "plastic")]
    Card {
        #[field(rename = "number")]
        last_four: String,
        number: String,
    },
    #[field(renam = "wire")]
    Transfer {
        #[field(text, serde)]
        iban: String,
    },
}

fn main() {}
