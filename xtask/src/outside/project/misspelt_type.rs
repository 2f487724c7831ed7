//! A signature with a type that does not exist.

fn main() {
    let signature = dspex::signature!("question -> answer: strng");
    println!("{signature}");
}
