use dspex_signature_macros::signature;

fn faults() {
    let _ = signature!("question -> answer: str?");
    let _ = signature!("question -> answer: Optional");
    let _ = signature!("question -> answer: str or None");
    let _ = signature!("question -> answer: Optional[str, int]");
}

fn main() {}
