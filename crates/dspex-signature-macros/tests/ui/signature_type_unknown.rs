use dspex_signature_macros::signature;

fn faults() {
    let _ = signature!("invoice -> total: Money");
    let _ = signature!("invoice -> lines: Lines[Money]");
}

fn main() {}
