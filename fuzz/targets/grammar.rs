//! Signatures and types from any text: no panic, and what is printed reads back as the same.
#![no_main]

use dspex_signature::{Signature, Type};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(signature) = Signature::parse(text) {
        let printed = signature.to_string();
        let again = Signature::parse(&printed);
        assert_eq!(again.as_ref(), Ok(&signature), "printed as {printed:?}");
    }
    if let Ok(ty) = Type::parse(text) {
        let printed = ty.to_string();
        assert_eq!(Type::parse(&printed).as_ref(), Ok(&ty), "printed as {printed:?}");
    }
});
