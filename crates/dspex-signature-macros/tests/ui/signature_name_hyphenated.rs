use dspex_signature_macros::signature;

fn faults() {
    let _ = signature!("order-number -> status");
    let _ = signature!("order.number -> status");
}

fn main() {}
