use std::net::IpAddr;

use dspex_signature_macros::FieldType;

#[derive(FieldType)]
struct Visit {
    #[field(text, ge = 1)]
    address: IpAddr,
}

fn main() {}
