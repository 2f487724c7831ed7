use dspex_signature_macros::signature;

fn faults() {
    let _ = signature!("1st_question -> answer");
    let _ = signature!("question -> 2");
}

fn main() {}
