use dspex_signature_macros::signature;

fn faults() {
    let _ = signature!(question -> answer);
    let _ = signature!(concat!("question", " -> answer"));
    let _ = signature!(b"question -> answer");
    let _ = signature!("question -> answer", "Answer in one word.");
    let _ = signature!(crate = "dspex_signature", "question -> answer");
    let _ = signature!(crate = ::dspex_signature "question -> answer");
    let _ = signature!(crate = ::dspex_signature);
}

fn main() {}
