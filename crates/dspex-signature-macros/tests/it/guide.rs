//! What the documentation shows of the compiler's messages is what the compiler says.

use std::fs;
use std::path::Path;

/// The first line of every message that the cases in `tests/ui` give.
fn known() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ui");
    let cases = fs::read_dir(folder).expect("the cases are there");
    let texts = cases.map(|case| case.expect("it can be listed").path());
    let texts =
        texts.filter(|path| path.extension().is_some_and(|extension| extension == "stderr"));
    let texts = texts.map(|path| fs::read_to_string(path).expect("it is text"));
    texts.flat_map(|text| messages(&text)).collect()
}

/// The lines that open a message, with names of the examples' own left out.
fn messages(text: &str) -> Vec<String> {
    let lines = text.lines().filter(|line| line.starts_with("error"));
    lines.map(without_names).collect()
}

/// What stands between backticks is the case's own; all else is the message.
fn without_names(line: &str) -> String {
    line.split('`').step_by(2).collect::<Vec<_>>().join("`..`")
}

#[test]
fn every_message_in_the_documentation_is_one_of_a_case() {
    let known = known();
    assert!(known.len() > 150, "{} messages", known.len());
    let guide = include_str!("../../../../docs/src/writing-signatures.md");
    for text in [guide, include_str!("../../README.md")] {
        let shown = messages(text);
        assert!(!shown.is_empty());
        for message in shown {
            assert!(known.contains(&message), "{message}");
        }
    }
}
