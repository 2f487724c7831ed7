use dspex_signature_macros::signature;

fn faults() {
    let _ = signature!("question: class -> answer");
    let _ = signature!("question: str.5 -> answer");
    let _ = signature!("question: str. -> answer");
    let _ = signature!("question -> answer: str | ");
}

fn main() {}
