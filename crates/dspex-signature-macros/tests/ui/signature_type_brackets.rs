use dspex_signature_macros::signature;

fn faults() {
    let _ = signature!("question -> answers: str[]");
    let _ = signature!("question -> answers: [str]");
    let _ = signature!("question -> scores: {str: float}");
    let _ = signature!("question -> answers: list<str>");
    let _ = signature!("question -> answers: list(str)");
    let _ = signature!("question -> pair: (str, int)");
}

fn main() {}
