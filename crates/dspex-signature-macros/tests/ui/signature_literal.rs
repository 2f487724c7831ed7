use dspex_signature_macros::signature;

fn faults() {
    let _ = signature!("ticket -> topic: Literal[refund, other]");
    let _ = signature!("ticket -> urgency: Literal[-1, 1]");
    let _ = signature!("ticket -> topic: Literal[‘refund’]");
    let _ = signature!("ticket -> topic: Literal[]");
    let _ = signature!("ticket -> version: Literal[1.2.3]");
    let _ = signature!("ticket -> topic: Literal['refund' 'other]");
    let _ = signature!("ticket -> topic: Literal[f'{x}']");
    let _ = signature!("ticket -> topic: Literal[b'x']");
    let _ = signature!("ticket -> topic: Literal['a' b'b']");
    let _ = signature!("ticket -> topic: Literal[bu'x']");
}

fn main() {}
