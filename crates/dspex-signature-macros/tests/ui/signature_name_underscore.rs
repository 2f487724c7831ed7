use dspex_signature_macros::signature;

fn faults() {
    let _ = signature!("_question -> answer");
    let _ = signature!("question -> _");
}

fn main() {}
