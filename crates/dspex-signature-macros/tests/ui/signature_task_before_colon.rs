use dspex_signature_macros::signature;

fn faults() {
    let _ = signature!("Summarize: ticket, k: int -> summary");
    let _ = signature!("Sort the ticket: ticket -> topic");
}

fn main() {}
