use dspex_signature_macros::signature;

fn faults() {
    let _ = signature!("tags: list[str -> topic");
    let _ = signature!("tags: list[str, ticket: str -> topic");
    let _ = signature!("tags: list[str]] -> topic");
    let _ = signature!("pair: (int, str -> topic");
    let _ = signature!("question) -> answer");
    let _ = signature!("k: Annotated[int, Field(gt=0] -> answer");
    let _ = signature!("scores: dict[str int] -> answer");
}

fn main() {}
