//! The demo with a model of this machine: `--lm local --model FILE.gguf`.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, anyhow};
use dspex::python::LlamaServer;
use dspex::python::environment::Environment;

use super::OFFLINE_KEY;
use super::arguments::Passed;
use crate::python::venv;

/// What `--lm` says.
pub(super) const LM: &str = "local";
/// The option that names the weights.
pub(super) const MODEL: &str = "--model";

/// Enough for the example's prompts and answers.
const CONTEXT_TOKENS: u32 = 4096;

/// Serves the weights, and points the example at them.
pub(super) fn ask(example: &mut Command, passed: &Passed<'_>) -> Result<LlamaServer> {
    let model = passed.value(MODEL).context(
        "no model is named\n  hint: `--lm local --model FILE.gguf`, with any GGUF file of a chat model",
    )?;
    let model = Path::new(model);
    println!("==> llama.cpp loads {}", model.display());
    let server = LlamaServer::start(&Environment::open(venv())?, model, CONTEXT_TOKENS);
    let server = server.map_err(|error| match error.hint() {
        Some(hint) => anyhow!("{error}\n  hint: {hint}"),
        None => anyhow!("{error}"),
    })?;
    println!("    and serves it at {}", server.base_url());
    let name = model.file_stem().and_then(|name| name.to_str()).unwrap_or("model");
    example.args(["--lm", &format!("openai/{name}"), "--api-base", server.base_url()]);
    // The server asks for no key.
    example.args(["--api-key-env", OFFLINE_KEY]).env(OFFLINE_KEY, "local");
    Ok(server)
}
