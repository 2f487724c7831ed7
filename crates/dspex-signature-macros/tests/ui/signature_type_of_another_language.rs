use dspex_signature_macros::signature;

fn faults() {
    let _ = signature!("question: string -> answer: number");
    let _ = signature!("order: HashMap -> total: f64");
    let _ = signature!("question -> answers: Vec[str]");
}

fn main() {}
