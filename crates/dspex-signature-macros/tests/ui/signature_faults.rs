use dspex_signature_macros::signature;

fn main() {
    let signature = signature!("question, k: itn -> answer: strng");
    println!("{}", signature.name());
}
