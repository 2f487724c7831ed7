//! The `dspex` command, run as a user runs it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn dspex(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dspex"));
    command.args(arguments).current_dir(root());
    command.output().expect("the command was built with this test")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn parity_ends_with_one_line_of_counts() {
    let output = dspex(&["parity", "--no-python", "parity/sample.jsonl"]);
    let printed = text(&output.stdout);
    let last = printed.lines().last().unwrap_or_default();
    assert!(last.starts_with("parity: 794 cases: ") && last.ends_with(", 0 differ"), "{printed}");
    assert!(output.status.success());
}

#[test]
fn parity_names_a_file_that_is_not_there() {
    let output = dspex(&["parity", "--no-python", "no/such.jsonl"]);
    let error = text(&output.stderr);
    assert!(error.starts_with("error: ") && error.contains("no/such.jsonl"), "{error}");
    assert!(!output.status.success());
}

#[test]
fn setup_finds_what_is_there_and_changes_nothing() {
    let output = dspex(&["setup", "--venv", ".venv", "--dev"]);
    let printed = text(&output.stdout);
    let last = printed.lines().last().unwrap_or_default();
    assert!(last.contains("nothing to do"), "run `cargo xtask setup --dev` first: {printed}");
    assert!(output.status.success());
}

#[test]
fn setup_says_what_is_wrong_and_what_to_do() {
    let output = dspex(&["setup", "--venv", "crates", "--quiet"]);
    let error = text(&output.stderr);
    assert!(error.contains("exists and was not made by dspex"), "{error}");
    assert!(error.contains("\n  hint: "), "{error}");
    assert!(!output.status.success());
    let output = dspex(&["setup", "--offline"]);
    assert!(text(&output.stderr).contains("--wheelhouse"), "{}", text(&output.stderr));
}

#[test]
fn doctor_prints_a_table_and_fails_without_an_environment() {
    let healthy = dspex(&["doctor"]);
    let printed = text(&healthy.stdout);
    assert!(printed.lines().any(|line| line.starts_with("dspy ")), "{printed}");
    assert!(healthy.status.success(), "{printed}");
    let missing = dspex(&["doctor", "--venv", "no/such/venv"]);
    assert!(text(&missing.stdout).contains("`dspex setup"), "{}", text(&missing.stdout));
    assert!(!missing.status.success());
}
