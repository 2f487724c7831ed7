use dspex_signature_macros::signature;

fn faults() {
    let _ = signature!("aﷺ -> answer");
    let _ = signature!("question -> 🎉");
    let _ = signature!("ｄｅｆ -> answer");
}

fn main() {}
