//! `setup`: makes the Python environment.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use dspex_bridge::python::environment::{
    self, Change, EnvironmentSpec, Group, ProgressEvent, Source,
};

use super::{DEFAULT_VENV, fail};

/// Makes the Python environment that workers run in. A second run finds it and changes nothing.
#[derive(Clone, Debug, clap::Args)]
pub struct Setup {
    /// Where to make it.
    #[arg(long, value_name = "DIR", default_value = DEFAULT_VENV)]
    pub venv: PathBuf,
    /// The Python to make it with; looked for on PATH where this is left out.
    #[arg(long, value_name = "FILE")]
    pub python: Option<PathBuf>,
    /// More to install: `optimizers`, `code`, `local-lm`.
    #[arg(long = "group", value_name = "NAME")]
    pub groups: Vec<Group>,
    /// Also install what developers of dspex need.
    #[arg(long)]
    pub dev: bool,
    /// Use no network; needs --wheelhouse.
    #[arg(long, requires = "wheelhouse")]
    pub offline: bool,
    /// Install from the wheels in this directory, without network.
    #[arg(long, value_name = "DIR")]
    pub wheelhouse: Option<PathBuf>,
    /// Say nothing unless something goes wrong.
    #[arg(long, short)]
    pub quiet: bool,
}

impl Default for Setup {
    /// What the verb does without arguments.
    fn default() -> Self {
        Self {
            venv: DEFAULT_VENV.into(),
            python: None,
            groups: Vec::new(),
            dev: false,
            offline: false,
            wheelhouse: None,
            quiet: false,
        }
    }
}

impl Setup {
    /// What is wanted, with `command` as the verb that hints name.
    #[must_use]
    pub fn spec(&self, command: &str) -> EnvironmentSpec {
        let mut spec = EnvironmentSpec::new(&self.venv);
        spec.python.clone_from(&self.python);
        spec.groups.clone_from(&self.groups);
        if self.dev {
            spec.groups.push(Group::Dev);
        }
        if let Some(wheelhouse) = &self.wheelhouse {
            spec.source = Source::Wheelhouse(wheelhouse.clone());
        }
        command.clone_into(&mut spec.setup_command);
        spec
    }

    /// Makes the environment and prints each step.
    #[must_use]
    pub fn run(&self, command: &str) -> ExitCode {
        let started = Instant::now();
        let mut show = |event: ProgressEvent<'_>| match event {
            ProgressEvent::Warning(warning) => eprintln!("setup: warning: {warning}"),
            ProgressEvent::Step(step) if !self.quiet => println!("setup: {step}"),
            _ => {}
        };
        let environment = match environment::ensure(&self.spec(command), &mut show) {
            Ok(environment) => environment,
            Err(error) => {
                for line in error.output().lines() {
                    eprintln!("  | {line}");
                }
                return fail(&error, Some(&error.hint()));
            }
        };
        if !self.quiet {
            let change = match environment.change {
                Change::None => "nothing to do",
                Change::Extended => "extended",
                Change::Built => "built",
            };
            let (venv, seconds) = (environment.venv.display(), started.elapsed().as_secs_f64());
            let version = environment.version;
            println!("setup: {venv}, Python {version}: {change} ({seconds:.1} s)");
        }
        ExitCode::SUCCESS
    }
}
