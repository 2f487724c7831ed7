use dspex_signature_macros::signature;

fn faults() {
    let _ = signature!(r"ticket -> sign: Literal['\x4']");
    let _ = signature!(r"ticket -> sign: Literal['\U00110000']");
    let _ = signature!(r"ticket -> sign: Literal['\N']");
    let _ = signature!(r"ticket -> sign: Literal['\N{BULLET}']");
    let _ = signature!(r"ticket -> sign: Literal['\ud800']");
}

fn main() {}
