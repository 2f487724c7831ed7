use dspex_signature_macros::signature;

fn faults() {
    let _ = signature!(
        "ticket -> topic: (((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((str"
    );
}

fn main() {}
