use dspex_signature_macros::signature;

fn faults() {
    let _ = signature!(
        "question: strng,
         k: int
         -> answer: flaot"
    );
}

fn main() {}
