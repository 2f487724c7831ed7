use std::net::IpAddr;

use dspex_signature_macros::FieldType;

#[derive(FieldType)]
struct Visit {
    #[field(text = true)]
    address: IpAddr,
    #[field(serde = "json")]
    referrer: Option<IpAddr>,
}

fn main() {}
