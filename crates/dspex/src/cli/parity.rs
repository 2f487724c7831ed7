//! `parity`: replays recorded cases of DSPy.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use dspex_bridge::ParseDelegate;
use dspex_bridge::llm::Models;
use dspex_bridge::parity::{self, EarnKind, EarnOptions, Options, VerdictKind};
use dspex_bridge::python::{PythonConfig, PythonEngine};
use dspex_telemetry::Recorder;

use super::{DEFAULT_VENV, fail};

/// The corpora of the repository: the open sample, and the larger ones that it records itself.
const CORPORA: [&str; 3] = [
    "parity/sample.jsonl",
    "crates/dspex-signature/parity/own.jsonl",
    "crates/dspex-signature/parity/streams.jsonl",
];

/// Replays recorded cases of DSPy and counts where Rust gives the same answer.
#[derive(Clone, Debug, clap::Args)]
pub struct Parity {
    /// The corpora, as JSON Lines; those of this repository unless named.
    #[arg(value_name = "FILE", default_values = CORPORA)]
    pub files: Vec<PathBuf>,
    /// Only cases with all of these tags, separated by commas.
    #[arg(long, value_delimiter = ',')]
    pub tags: Vec<String>,
    /// Print the cases that ended so: `native`, `delegated`, `declined` or `differ`.
    #[arg(long, value_name = "VERDICT")]
    pub list: Option<VerdictKind>,
    /// Group the counts by `tag` instead of by kind.
    #[arg(long, value_name = "tag", value_parser = ["tag"])]
    pub by: Option<String>,
    /// Ask no worker; what would be delegated is counted so.
    #[arg(long)]
    pub no_python: bool,
    /// The Python environment whose DSPy parses what is delegated.
    #[arg(long, value_name = "DIR", default_value = DEFAULT_VENV)]
    pub venv: PathBuf,
    /// Replay nothing; earn the rule families of a native parser on generated texts.
    #[arg(long, value_name = "KIND")]
    pub earn: Option<EarnKind>,
    /// How many texts to earn on.
    #[arg(long, value_name = "N", default_value_t = 4_500_000, requires = "earn")]
    pub cases: usize,
    /// The texts to earn on depend on this alone.
    #[arg(long, value_name = "S", default_value_t = 1, requires = "earn")]
    pub seed: u64,
}

impl Parity {
    /// Prints the counts; fails where an answer differs.
    #[must_use]
    pub fn run(&self) -> ExitCode {
        if let Some(kind) = self.earn {
            return self.earn(kind);
        }
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
        match runtime {
            Ok(runtime) => runtime.block_on(self.replay()),
            Err(error) => fail(&error, None),
        }
    }

    fn earn(&self, kind: EarnKind) -> ExitCode {
        let program = if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" };
        let python = self.venv.join(program);
        let options = EarnOptions { kind, python, cases: self.cases, seed: self.seed };
        match parity::earn(&options, &mut std::io::stdout()) {
            Ok(earned) => earned.exit_code(),
            Err(error) => fail(&error, Some("`cargo xtask setup` installs what Python needs")),
        }
    }

    async fn replay(&self) -> ExitCode {
        let python = (!self.no_python).then(|| {
            let config = PythonConfig::venv(&self.venv);
            Arc::new(PythonEngine::new(config, BTreeMap::new(), Models::new(), Recorder::new()))
        });
        let mut options = Options::default();
        options.files.clone_from(&self.files);
        options.tags.clone_from(&self.tags);
        options.list = self.list;
        options.by_tag = self.by.is_some();
        let delegate = python.clone().map(|python| python as Arc<dyn ParseDelegate>);
        let summary = parity::run(&options, delegate, &mut std::io::stdout()).await;
        if let Some(python) = python {
            python.shutdown(Duration::from_secs(5)).await;
        }
        match summary {
            Ok(summary) => summary.exit_code(),
            Err(error) => fail(&error, None),
        }
    }
}
