use dspex_signature_macros::tool;

#[tool]
fn note(ticket: i64, more: ...) {
    let _ = (ticket, more);
}

fn main() {}
