use std::net::IpAddr;

use dspex_signature_macros::FieldType;

#[derive(FieldType)]
struct Visit {
    #[field(text, serde)]
    address: IpAddr,
}

fn main() {}
