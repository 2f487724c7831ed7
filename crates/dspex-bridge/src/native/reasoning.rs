//! The field that `ChainOfThought` adds to a signature.

use dspex_signature::{Field, Signature, Type};

use crate::call::Reasoned;

/// The signature with `reasoning` before the other outputs, as DSPy's `ChainOfThought` has it.
///
/// An input of that name becomes the output, and an output of that name moves to the front, as
/// they do in DSPy.
pub(crate) fn with_reasoning(signature: &Signature) -> Signature {
    let name = Reasoned::<()>::FIELD;
    let field = Field::new(name, Type::Str).with_desc(format!("${{{name}}}"));
    let extended = signature.clone().with_output_first(field);
    extended.expect("`reasoning` is a name that a field can have")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(signature: &str, expected: &str) {
        let signature = Signature::parse(signature).unwrap().with_instructions("Do it.");
        let extended = with_reasoning(&signature);
        assert_eq!((extended.to_string().as_str(), extended.instructions()), (expected, "Do it."));
    }

    #[test]
    fn reasoning_comes_first_and_instructions_stay() {
        check("q -> a: int", "q: str -> reasoning: str, a: int");
        check("reasoning, q -> a", "q: str -> reasoning: str, a: str");
        check("q -> a, reasoning: int", "q: str -> reasoning: int, a: str");
    }
}
