//! What the targets share: the signature of an input, and what holds for whatever is parsed.

use std::sync::Arc;

use dspex_signature::{Adapter, Parsed, PartialOutputs, PreparedAdapter, Signature};

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

/// Parses a completion with an adapter: it is read in one way only, what is read has the fields of
/// the signature, in their order, and what is known of it in pieces is the same for any pieces.
///
/// # Panics
/// Where one of these does not hold, which is what fuzzing looks for.
pub fn check_adapter(adapter: Adapter, input: &str) {
    let (signature, completion) = signature_and_rest(input);
    let Ok(prepared) = adapter.prepare(&signature) else { return };
    let prepared = Arc::new(prepared);
    let whole = known(&prepared, [completion]);
    assert_eq!(whole, known(&prepared, completion.split_inclusive(|_| true)), "by characters");
    assert_eq!(whole, known(&prepared, completion.split_inclusive(['[', '"', '<', '&', '\n'])));
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

/// What is known after a completion that came in pieces, as text.
fn known<'a>(
    prepared: &Arc<PreparedAdapter>,
    pieces: impl IntoIterator<Item = &'a str>,
) -> Vec<String> {
    let mut outputs = PartialOutputs::new(prepared.clone());
    let mut n_known = 0;
    for piece in pieces {
        outputs.push(piece);
        let n_begun = outputs.names().count();
        assert!(n_begun >= n_known, "an output that had begun is gone");
        n_known = n_begun;
    }
    outputs.finish();
    let show = |name: &str| {
        let (value, items) = (outputs.value(name), outputs.items(name).len());
        format!("{name} {value:?} {items} {}", outputs.is_finished(name))
    };
    outputs.names().map(show).collect()
}
