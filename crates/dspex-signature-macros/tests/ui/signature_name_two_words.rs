use dspex_signature_macros::signature;

fn faults() {
    let _ = signature!("order number -> status");
    let _ = signature!("k: int question -> answer");
    let _ = signature!("question; context -> answer");
}

fn main() {}
