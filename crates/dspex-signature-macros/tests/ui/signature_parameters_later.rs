use dspex_signature_macros::signature;

fn faults() {
    let _ = signature!("question -> answers: list[str, int]");
    let _ = signature!("question -> answers: list[List]");
}

fn main() {}
