//! The repairs, and the text of a field under a type: a line with the type, then the text.
#![no_main]

use dspex_signature::{Coerced, Type, coerce, repair, validate};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &str| {
    let (line, text) = input.split_once('\n').unwrap_or(("Any", input));
    assert_eq!(repair(text).exact().is_some(), repair(text).into_exact().is_ok());
    let ty = Type::parse(line).unwrap_or(Type::Any);
    let read = coerce(&ty, text);
    let again = coerce(&ty, text);
    assert_eq!(format!("{read:?}"), format!("{again:?}"), "two readings of one text");
    if let Coerced::Exact(value) = read {
        // What has become a value of the type is not refused by the type.
        let validated = validate(&ty, value);
        assert!(!matches!(validated, Coerced::Fails(_)), "{ty} refuses its own: {validated:?}");
    }
});
