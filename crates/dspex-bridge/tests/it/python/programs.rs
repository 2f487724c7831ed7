//! Programs that are written here, loaded by DSPy and saved by it again.

use std::process::Command;

use dspex_signature::{BigInt, LmState, PredictorState, Program, ProgramShape, Signature, fields};

use super::venv;

fn program() -> (ProgramShape, Program) {
    let predict = |text| ProgramShape::predict(&Signature::parse(text).unwrap());
    let plan = Signature::parse("question -> queries: list[str]").unwrap();
    let shape = ProgramShape::new()
        .with("plan", ProgramShape::chain_of_thought(&plan))
        .with("steps[0]", predict("queries: list[str], question -> answer: int"))
        .with("by_topic['it's']", predict("question -> größe: float"));
    let demo = fields! {
        "augmented" => true,
        "question" => "Größe?\t\u{1}\u{2028}🙂",
        "queries" => ["a", "b"],
        "größe" => [1e16, 1e-5, 1.5e-7, f64::NAN],
        "answer" => BigInt::parse("18446744073709551615").unwrap(),
    };
    let lm = LmState::new("openai/gpt-4o-mini").with("temperature", 0.5).with("top_p", 0.9);
    let states = shape.paths().map(|path| {
        let signature = shape.signature(path).unwrap().clone();
        let signature = signature.with_instructions(&format!("Do \"{path}\".\n\n  Well."));
        let state = PredictorState::of(&signature).with_demos(vec![demo.clone()]).unwrap();
        (path, state.with_lm(&lm).unwrap())
    });
    let program = Program::of(states).unwrap();
    (shape, program)
}

#[test]
fn dspy_loads_what_is_written_here_and_writes_the_same() {
    let (shape, program) = program();
    let folder = tempfile::tempdir().unwrap();
    let (written, saved) = (folder.path().join("written.json"), folder.path().join("saved.json"));
    std::fs::write(&written, program.to_json()).unwrap();
    let output = Command::new(venv().join("bin/python"))
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/python/tests/saved_program.py"))
        .args([&written, &saved])
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("LITELLM_LOCAL_MODEL_COST_MAP", "True")
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let saved = std::fs::read_to_string(saved).unwrap();
    assert_eq!(saved, program.to_json());
    let loaded = Program::from_json(&saved).unwrap().apply(&shape).unwrap();
    assert_eq!(loaded.into_predictors().len(), 3);
}
