use dspex_signature_macros::signature;

fn faults() {
    let _ = signature!("image: PIL.Image -> label");
    let _ = signature!("invoice -> due: date");
    let _ = signature!("invoice -> total: Decimal");
    let _ = signature!("question -> answer: typing.Strng");
    let _ = signature!("question -> answer: dspy.Predict");
}

fn main() {}
