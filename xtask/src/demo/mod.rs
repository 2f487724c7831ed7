//! `cargo xtask demo`: sets up what is missing, builds the triage example, and runs it.

mod arguments;
mod local;

use std::process::Command;

use anyhow::{Context, Result, anyhow, bail};
use dspex::python::environment::Group;

use self::arguments::Passed;
use crate::offline_lm::{self, OfflineLm};
use crate::process::{cargo, root, step};
use crate::python::{set_up, venv};

/// The variable the example reads its key from when the offline model answers, so that no real key is
/// sent there.
const OFFLINE_KEY: &str = "DSPEX_OFFLINE_LM_KEY";

/// What `--carrier` says where Python is to run in the example's own process.
const EMBEDDED: &str = "embedded";

/// All arguments go on to the example, which knows what they mean; `--help` shows them.
#[derive(clap::Args)]
#[command(disable_help_flag = true)]
pub(crate) struct Arguments {
    /// Arguments of the example: `--input`, `--output`, `--lm`, `--api-base`, `--no-python`, `--carrier embedded`, ..; with
    /// `--lm local --model FILE.gguf` llama.cpp serves the file
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "ARGUMENT")]
    passed: Vec<String>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let passed = Passed::new(&arguments.passed);
    let only_help = passed.has("--help") || passed.has("-h");
    let is_local = !only_help && passed.value("--lm") == Some(local::LM);
    if !only_help && (is_local || !passed.has("--no-python")) {
        let groups: &[Group] = if is_local { &[Group::LocalLm] } else { &[] };
        set_up(groups).map_err(|error| {
            anyhow!("{error}\n  hint: `--no-python` runs the demo without Python")
        })?;
    }
    let is_embedded = passed.value("--carrier") == Some(EMBEDDED);
    let features = if is_embedded { "--features embed " } else { "" };
    let example = |verb: &str| {
        let mut example =
            cargo(&format!("{verb} --quiet --package dspex {features}--example triage"));
        if is_embedded {
            // The Python that is linked with has to be of the environment's version.
            example.env("PYO3_PYTHON", venv().join("bin/python"));
        }
        example
    };
    step("build of the example", &mut example("build"))?;
    let mut example = example("run");
    example.arg("--");
    // Paths on the command line are relative to where it was typed, not to the root.
    example.current_dir(std::env::current_dir().context("the current directory is gone")?);
    let own: &[&str] = if is_local { &["--lm", local::MODEL] } else { &[] };
    example.args(passed.without(own)).args(passed.defaults(&root())?);
    if is_local {
        // Held until the example has ended.
        let _server = local::ask(&mut example, &passed)?;
        return finish(&mut example);
    }
    if passed.has("--lm") || only_help {
        return finish(&mut example);
    }
    // Held until the example has ended.
    let _server = ask_offline_model(&mut example, &passed)?;
    finish(&mut example)
}

/// Points the example at the offline model: one started here, or the one at `--api-base`.
fn ask_offline_model(example: &mut Command, passed: &Passed<'_>) -> Result<Option<OfflineLm>> {
    example.args(["--lm", &format!("openai/{}", offline_lm::MODEL)]);
    if !passed.has("--api-key-env") {
        example.args(["--api-key-env", OFFLINE_KEY]).env(OFFLINE_KEY, "offline");
    }
    if passed.has("--api-base") {
        return Ok(None);
    }
    let server = OfflineLm::start(0, offline_lm::Options::default())?;
    println!("==> offline model at {}", server.base_url());
    println!("    it answers by rules: word scores and quoted sentences, no language model");
    println!("    for a real one: --lm openai/gpt-4o-mini, --lm local --model FILE.gguf, ..");
    example.args(["--api-base", &server.base_url()]);
    Ok(Some(server))
}

fn finish(example: &mut Command) -> Result<()> {
    let status = example.status().with_context(|| format!("cannot start {example:?}"))?;
    if !status.success() {
        bail!("the demo did not succeed ({status})");
    }
    Ok(())
}
