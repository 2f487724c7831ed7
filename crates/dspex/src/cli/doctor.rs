//! `doctor`: what is there, and how to mend what is not.

use std::path::PathBuf;
use std::process::ExitCode;

use dspex_bridge::python::environment::{self, EnvironmentSpec};

use super::DEFAULT_VENV;

/// Shows everything that dspex needs or could use. Changes nothing.
#[derive(Clone, Debug, clap::Args)]
pub struct Doctor {
    /// The Python environment to look at.
    #[arg(long, value_name = "DIR", default_value = DEFAULT_VENV)]
    pub venv: PathBuf,
}

impl Doctor {
    /// Prints the table; fails where something needed is not usable.
    #[must_use]
    pub fn run(&self, setup_command: &str) -> ExitCode {
        let mut spec = EnvironmentSpec::new(&self.venv);
        setup_command.clone_into(&mut spec.setup_command);
        let report = environment::doctor(&spec);
        println!("{report}");
        if report.is_healthy() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}
