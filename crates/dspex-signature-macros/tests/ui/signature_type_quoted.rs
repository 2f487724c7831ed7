use dspex_signature_macros::signature;

fn faults() {
    let _ = signature!("question: 'str' -> answer");
    let _ = signature!("question: “str” -> answer");
}

fn main() {}
