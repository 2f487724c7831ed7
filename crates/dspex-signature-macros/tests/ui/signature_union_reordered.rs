use dspex_signature_macros::signature;

fn faults() {
    let _ = signature!("a: int | str -> b: str | int");
}

fn main() {}
