//! `cargo xtask ci`: what has to hold beside the tests.

use anyhow::Result;

use crate::fuzz;
use crate::outside;
use crate::package;
use crate::process::{EVERYTHING, cargo, command, installed, output, step};
use crate::python::venv;
use crate::tidy;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Leave out the packaging of each crate, which takes longest.
    #[arg(long)]
    no_package: bool,
}

/// Feature sets that users choose, each of which has to build alone.
const FEATURE_SETS: &[&str] = &[
    "-p dspex-signature --no-default-features",
    "-p dspex-signature --features chrono",
    "-p dspex-signature --features decimal",
    "-p dspex-signature --features jiff",
    "-p dspex-signature --features serde",
    "-p dspex-signature --features uuid",
    "-p dspex-bridge --no-default-features",
    "-p dspex-bridge --no-default-features --features http",
    "-p dspex-bridge --no-default-features --features python",
    "-p dspex-bridge --no-default-features --features cache",
    "-p dspex-bridge --no-default-features --features templates",
    "-p dspex-bridge --no-default-features --features validators",
    "-p dspex-bridge --no-default-features --features genai",
    "-p dspex-bridge --no-default-features --features mcp",
    "-p dspex-pipeline --no-default-features",
    "-p dspex",
    "-p dspex --features cli",
];

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    step("rustfmt", &mut cargo("fmt --all --check"))?;
    tidy::run()?;
    let lints = format!("clippy {EVERYTHING} --all-targets --quiet -- -D warnings");
    step("clippy", &mut cargo(&lints))?;
    let docs = format!("doc {EVERYTHING} --no-deps --quiet");
    step("rustdoc", cargo(&docs).env("RUSTDOCFLAGS", "-D warnings"))?;
    for features in FEATURE_SETS {
        step(
            &format!("features {features}"),
            &mut cargo(&format!("check --locked --quiet {features}")),
        )?;
    }
    fuzz::lint()?;
    without_python()?;
    embedded()?;
    ruff()?;
    outside::run()?;
    if installed("cargo", "deny --version") {
        step("cargo-deny", &mut cargo("deny --locked check"))?;
    } else {
        println!("==> cargo-deny is not installed: tidy has checked licences and sources");
    }
    if !arguments.no_package {
        package::run()?;
    }
    println!("ci: all steps passed");
    Ok(())
}

/// Without the feature `embed` a machine needs no Python to build: there is none where PyO3 would look.
fn without_python() -> Result<()> {
    let check = "check --locked --quiet --workspace --all-targets";
    step("without Python", cargo(check).env("PYO3_PYTHON", "/no/python"))
}

/// The feature `embed`, where the Python of the environment can be linked with.
fn embedded() -> Result<()> {
    let python = venv().join("bin/python");
    let shared = "import sysconfig; print(sysconfig.get_config_var('Py_ENABLE_SHARED'))";
    if output(command(&python, "-c").arg(shared))?.trim() != "1" {
        println!("==> feature embed is NOT checked: this Python has no shared library");
        return Ok(());
    }
    let check = "clippy --locked --quiet -p dspex-bridge --features embed --all-targets";
    let check = format!("{check} -- -D warnings");
    step("feature embed: lints", cargo(&check).env("PYO3_PYTHON", &python))?;
    let tests = "-p dspex-bridge --features embed";
    let lib = format!("test --locked --quiet {tests} --lib python::embed");
    step("feature embed: tests", cargo(&lib).env("PYO3_PYTHON", &python))?;
    // Where tests share a process they share its interpreter, so that each has its turn.
    let cases = match installed("cargo", "nextest --version") {
        true => format!("nextest run --locked {tests} --test it python::conformance"),
        false => format!("test --locked {tests} --test it python::conformance -- --test-threads=1"),
    };
    step("feature embed: cases of every carrier", cargo(&cases).env("PYO3_PYTHON", &python))
}

fn ruff() -> Result<()> {
    let ruff = venv().join("bin/ruff");
    let packages = "crates/dspex-bridge/python crates/dspex-signature/parity";
    step("ruff check", &mut command(&ruff, &format!("check --quiet {packages}")))?;
    step("ruff format", &mut command(&ruff, &format!("format --quiet --check {packages}")))
}
