//! The field that `ChainOfThought` adds to a signature.

use dspex_signature::{Field, Signature, Type};

use crate::call::Reasoned;
use crate::engine::Unsupported;

/// The signature with `reasoning` before the other outputs, as DSPy's `ChainOfThought` has it.
///
/// An input of that name becomes the output, as it does in DSPy.
///
/// # Errors
/// [`Unsupported`] when an output is called `reasoning` already.
pub(crate) fn with_reasoning(signature: &Signature) -> Result<Signature, Unsupported> {
    let name = Reasoned::<()>::FIELD;
    let desc = format!("${{{name}}}");
    let mut outputs = vec![Field::new(name, Type::Str).with_desc(desc)];
    outputs.extend(signature.outputs().iter().cloned());
    let inputs = signature.inputs().iter().filter(|field| field.name != name).cloned().collect();
    Signature::new(signature.name(), Some(signature.instructions()), inputs, outputs).map_err(
        |_| Unsupported::new(format!("the output `{name}` stands in the signature already")),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signature(inputs: &[&str], outputs: &[&str]) -> Signature {
        let fields = |names: &[&str]| names.iter().map(|n| Field::new(*n, Type::Str)).collect();
        Signature::new("S", Some("Do it."), fields(inputs), fields(outputs)).unwrap()
    }

    #[test]
    fn reasoning_comes_first_and_instructions_stay() {
        let signature = with_reasoning(&signature(&["reasoning", "q"], &["a"])).unwrap();
        assert_eq!(signature.instructions(), "Do it.");
        let names = |fields: &[Field]| fields.iter().map(|f| f.name.clone()).collect::<Vec<_>>();
        assert_eq!(names(signature.inputs()), ["q"]);
        assert_eq!(names(signature.outputs()), ["reasoning", "a"]);
    }

    #[test]
    fn an_output_called_reasoning_is_left_to_python() {
        let error = with_reasoning(&signature(&["q"], &["a", "reasoning"])).unwrap_err();
        assert_eq!(error.to_string(), "the output `reasoning` stands in the signature already");
    }
}
