use dspex_signature_macros::signature;

fn faults() {
    let _ = signature!("class, question -> answer");
    let _ = signature!("ticket -> from");
}

fn main() {}
