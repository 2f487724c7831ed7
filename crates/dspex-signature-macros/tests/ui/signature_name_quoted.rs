use dspex_signature_macros::signature;

fn faults() {
    let _ = signature!("`question` -> answer");
    let _ = signature!("“question” -> answer");
    let _ = signature!("'question' -> answer");
}

fn main() {}
