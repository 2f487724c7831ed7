use dspex_signature_macros::signature;

fn faults() {
    let _ = signature!("k: int = 3, question -> answer");
    let _ = signature!("question, k: int = -> answer");
    let _ = signature!("question -> k: int = 1 if True else 2");
    let _ = signature!("question, tone = 'plain -> answer");
}

fn main() {}
