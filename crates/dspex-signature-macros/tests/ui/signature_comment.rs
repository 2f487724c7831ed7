use dspex_signature_macros::signature;

fn faults() {
    let _ = signature!("question -> answer # one word");
}

fn main() {}
