//! Saved programs from any text: no panic, and what loads is written and read back as the same.
#![no_main]

use dspex_signature::{Program, ProgramShape, Signature};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let Ok(program) = Program::from_json(text) else { return };
    let written = program.to_json();
    let again = Program::from_json(&written).expect("what was written is a program");
    assert_eq!(again, program);
    assert_eq!(again.to_json(), written);
    let signature = Signature::parse("question -> answer: int").expect("the text is a signature");
    for shape in [
        ProgramShape::predict(&signature),
        ProgramShape::chain_of_thought(&signature),
        ProgramShape::react(&signature, ["add"]),
    ] {
        if let Ok(loaded) = program.apply(&shape) {
            assert_eq!(loaded.into_predictors().len(), shape.paths().len());
        }
    }
});
