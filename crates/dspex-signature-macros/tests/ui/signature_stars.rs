use dspex_signature_macros::signature;

fn faults() {
    let _ = signature!("question, * -> answer");
    let _ = signature!("*, *question -> answer");
    let _ = signature!("/, question -> answer");
    let _ = signature!("**more, question -> answer");
    let _ = signature!("*question = 1 -> answer");
    let _ = signature!("question, / context -> answer");
}

fn main() {}
