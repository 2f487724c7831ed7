//! What can be chosen on the command line.

use std::path::PathBuf;

use clap::{Parser, ValueEnum};
use dspex::DspexBuilder;
use dspex::config::LmConfig;
use dspex::llm::Key;
use dspex::python::environment::Environment;
use dspex::python::{PoolConfig, PythonConfig};

/// Sorts, assesses and answers support tickets.
#[derive(Debug, Parser)]
pub(crate) struct Options {
    /// Tickets, one JSON object with `id` and `text` to a line.
    #[arg(long, value_name = "FILE.jsonl", default_value = "examples/data/tickets.jsonl")]
    pub(crate) input: PathBuf,
    /// Where the results go, one JSON object to a line.
    #[arg(long, value_name = "FILE", default_value = "target/demo/results.jsonl")]
    pub(crate) output: PathBuf,
    /// The language model, as DSPy names it: `openai/gpt-4o-mini`, `ollama/qwen3:8b`.
    #[arg(long, value_name = "PROVIDER/MODEL", default_value = "openai/gpt-4o-mini")]
    pub(crate) lm: String,
    /// Where the provider is, where not at its usual address.
    #[arg(long, value_name = "URL")]
    pub(crate) api_base: Option<String>,
    /// The variable that holds the key, where not the provider's usual one.
    #[arg(long, value_name = "VARIABLE")]
    pub(crate) api_key_env: Option<String>,
    /// Leave out what only Python runs.
    #[arg(long)]
    pub(crate) no_python: bool,
    /// The virtual environment of the Python workers.
    #[arg(long, value_name = "DIR", default_value = ".venv")]
    pub(crate) venv: PathBuf,
    /// What calls to Python travel over; `embedded` is for builds with the feature `embed`.
    #[arg(long, value_enum, default_value_t = Carrier::Processes)]
    pub(crate) carrier: Carrier,
    /// How many Python workers, or threads of the embedded one.
    #[arg(long, value_name = "N", default_value_t = 2)]
    pub(crate) workers: usize,
    /// How many tickets are worked on at once.
    #[arg(long, value_name = "N", default_value_t = 8)]
    pub(crate) at_most: usize,
    /// Exit with 1 if a line of the input was not a ticket; else it is only reported.
    #[arg(long)]
    pub(crate) strict: bool,
}

/// Where Python runs.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Carrier {
    /// In processes of their own.
    Processes,
    /// In this process.
    Embedded,
}

impl Options {
    /// The settings for dspex, in the words of `dspex.toml`.
    pub(crate) fn configure(&self, builder: DspexBuilder) -> DspexBuilder {
        let mut lm = LmConfig::new(self.lm.clone());
        lm.base_url.clone_from(&self.api_base);
        lm.key = self.api_key_env.clone().map(Key::env);
        let builder = builder.lm_config("default", lm);
        if self.no_python {
            return builder.no_python();
        }
        let n_workers = self.workers.max(1);
        let pool = match self.carrier {
            Carrier::Processes => PoolConfig::workers(n_workers..=n_workers),
            Carrier::Embedded => PoolConfig::embedded().threads_per_worker(n_workers),
        };
        builder.python(PythonConfig::venv(self.venv.clone())).pool("general", pool)
    }

    /// Says before the start that Python's stages will be skipped, where its environment is not ready.
    pub(crate) fn warn_without_python(&self) {
        if self.no_python {
            return;
        }
        if let Err(error) = Environment::open(&self.venv) {
            eprintln!(
                "warning: stages in Python will be skipped: {error}\n  hint: {}",
                error.hint()
            );
        }
    }

    /// The model for people to read: its name, and where it is.
    pub(crate) fn model(&self) -> String {
        let place = self.api_base.as_ref().map(|url| format!(" at {url}")).unwrap_or_default();
        let kind = if self.lm.ends_with("/rule-based") {
            " (answers by rules; not a language model)"
        } else {
            ""
        };
        format!("{}{place}{kind}", self.lm)
    }
}
