use dspex_signature_macros::signature;

fn faults() {
    let _ = signature!("question，context -> answer");
    let _ = signature!("question：str -> answer");
    let _ = signature!("question -> price: $float");
}

fn main() {}
