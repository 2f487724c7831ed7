use dspex_signature_macros::signature;

fn faults() {
    let _ = signature!("question -> scores: dict[str]");
    let _ = signature!("question -> scores: Dict[str, int, float]");
    let _ = signature!("question -> answers: List[str, int]");
    let _ = signature!("question -> answer: str[int]");
    let _ = signature!("question -> answers: List");
    let _ = signature!("question -> scores: Dict");
    let _ = signature!("ticket -> topic: Literal");
    let _ = signature!("question -> k: Annotated[int]");
    let _ = signature!("question -> answer: 'a'['b']");
}

fn main() {}
