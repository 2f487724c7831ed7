use dspex_signature_macros::signature;

const TEXT: &str = "question -> answer";

fn main() {
    let _ = signature!("question, answer");
    let _ = signature!("a -> a");
    let _ = signature!(r#"näme, "x" -> y"#);
    let _ = signature!(TEXT);
    let _ = signature!();
}
