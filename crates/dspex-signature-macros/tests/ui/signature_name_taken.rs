use dspex_signature_macros::signature;

fn faults() {
    let _ = signature!("instructions, question -> answer");
    let _ = signature!("invoice -> fields: list[str]");
}

fn main() {}
