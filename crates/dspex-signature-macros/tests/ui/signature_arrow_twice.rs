use dspex_signature_macros::signature;

fn faults() {
    let _ = signature!("question -> reasoning -> answer");
    let _ = signature!("ticket -> step: Literal['open->closed', 'closed']");
}

fn main() {}
