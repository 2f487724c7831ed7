use dspex_signature_macros::FieldType;

struct Money {
    pence: u64,
}

impl std::str::FromStr for Money {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self { pence: text.parse()? })
    }
}

#[derive(FieldType)]
struct Invoice {
    #[field(text)]
    total: Option<Money>,
}

fn main() {}
