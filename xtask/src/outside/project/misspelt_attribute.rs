//! A derive with an attribute that does not exist.

use dspex::prelude::*;

/// Answer the question.
#[derive(Signature)]
#[signature(output = Answer)]
struct Ask {
    question: String,
}

#[derive(FieldType)]
struct Answer {
    #[field(descr = "one sentence")]
    answer: String,
}

fn main() {
    let ask = Ask { question: String::new() };
    println!("{}", ask.question);
}
