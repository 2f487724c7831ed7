//! What the targets share: the signature of an input, and what holds for whatever is parsed.

use dspex_signature::{Adapter, Parsed, Signature};

/// Splits an input into a signature, which is its first line, and the completion below it.
///
/// A first line that is no signature stands for `question -> answer`, so that no input is wasted.
#[must_use]
pub fn signature_and_rest(input: &str) -> (Signature, &str) {
    let (line, rest) = input.split_once('\n').unwrap_or(("", input));
    let signature = Signature::parse(line).unwrap_or_else(|_| {
        Signature::parse("question -> answer").expect("the text is a signature")
    });
    (signature, rest)
}

/// Parses a completion with an adapter: it is read in one way only, and what is read has the
/// fields of the signature, in their order.
///
/// # Panics
/// Where one of these does not hold, which is what fuzzing looks for.
pub fn check_adapter(adapter: Adapter, input: &str) {
    let (signature, completion) = signature_and_rest(input);
    let Ok(prepared) = adapter.prepare(&signature) else { return };
    let parsed = prepared.parse(completion);
    // Compared as text, because no `nan` is equal to itself.
    let again = format!("{:?}", prepared.parse(completion));
    assert_eq!(format!("{parsed:?}"), again, "two readings of one completion");
    if let Parsed::Exact(fields) = parsed {
        let names: Vec<&str> = fields.names().collect();
        let outputs: Vec<&str> =
            signature.outputs().iter().map(|field| field.name.as_str()).collect();
        let is_output = |name: &&str| outputs.contains(name);
        assert!(names.iter().all(is_output), "{names:?} are not all outputs of {signature}");
    }
}
