//! `dspex.toml` and the variables of the environment that go before it.
//!
//! Every setting has a default but one, a language model. Durations and sizes are texts with a
//! unit; secrets come from variables, files and commands. All faults are reported at once.

mod around;
mod error;
mod key;
mod known;
mod lm;
mod orchestrator;
mod python;
mod reader;
mod route;
mod units;
mod variables;

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use dspex_bridge::python::{PoolConfig, PythonConfig};
use dspex_orchestrator::{Limits, Shadow};

pub use error::{ConfigError, ConfigFault, Place};
pub use lm::{BreakerConfig, BudgetConfig, CacheConfig, LmConfig, TimeoutConfig};
use reader::{Document, Section};

/// Where `setup` puts the Python environment unless it is told otherwise.
pub(crate) const DEFAULT_VENV: &str = ".venv";
/// What the names of variables that configure dspex start with.
pub(crate) const VARIABLE_PREFIX: &str = "DSPEX__";

/// The settings of a program, as `dspex.toml` holds them.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Config {
    /// `[lm.NAME]`: models by name; `default` is the model of every call that names none.
    pub lm: BTreeMap<String, LmConfig>,
    /// `[python]`; `None` where `enabled = false`.
    pub python: Option<PythonConfig>,
    /// `[pool.NAME]`: pools of Python workers by name.
    pub pools: BTreeMap<String, PoolConfig>,
    /// `[call]`: what a call may spend that does not say so itself.
    pub limits: Limits,
    /// `[orchestrator]`, `shadow`: how many native calls are compared with DSPy.
    pub shadow: Option<Shadow>,
}

impl Config {
    /// Reads a file; variables `DSPEX__SECTION__KEY` go before it.
    ///
    /// # Errors
    /// [`ConfigError`] with every fault of the file and of the variables.
    pub fn load(path: impl AsRef<Path>) -> Result<Self, ConfigError> {
        let path = path.as_ref();
        let source = std::fs::read_to_string(path).map_err(|error| {
            let fault = ConfigFault::new(Place::File, format!("cannot be read: {error}"))
                .with_hint("write one, or start from `Dspex::builder()`, which needs no file");
            ConfigError::new(path.display().to_string(), vec![fault])
        })?;
        let name = path.file_name().unwrap_or(path.as_os_str());
        Self::parse(&name.to_string_lossy(), &source, &variables::read())
    }

    /// Reads a text that stands for the file `name`; `variables` maps names such as
    /// `DSPEX__POOL__GENERAL__N_WORKERS` to values.
    ///
    /// # Errors
    /// [`ConfigError`] with every fault.
    pub fn parse(
        name: &str,
        source: &str,
        variables: &BTreeMap<String, String>,
    ) -> Result<Self, ConfigError> {
        let overrides = variables::by_path(variables);
        let document = Document::parse(source, &overrides);
        let config = read(&document.root());
        match document.into_faults() {
            faults if faults.is_empty() => Ok(config),
            faults => Err(ConfigError::new(name, faults)),
        }
    }
}

fn read(root: &Section<'_>) -> Config {
    let models = root.section("lm").sections();
    let lm = models.into_iter().filter_map(|(name, section)| Some((name, lm::read(&section)?)));
    let lm = lm.collect();
    let python = python::read(&root.section("python"));
    let pools = root.section("pool").sections();
    let pools = pools.into_iter().map(|(name, section)| (name, python::read_pool(&section)));
    let pools = pools.collect();
    let limits = read_limits(&root.section("call"));
    let shadow = orchestrator::read_shadow(&root.section("orchestrator"));
    root.close(
        &["lm", "python", "pool", "call", "orchestrator"],
        &["store", "session", "telemetry"],
    );
    Config { lm, python, pools, limits, shadow }
}

fn read_limits(section: &Section<'_>) -> Limits {
    let default = Limits::default();
    let within = section.duration("within").unwrap_or(default.within);
    if within == Duration::ZERO {
        section.fault("within", format!("`{}` leaves no time", section.path("within")), None);
    }
    let attempts = section.count("attempts", 1).and_then(|count| u32::try_from(count).ok());
    section.close(&["within", "attempts"], &[]);
    Limits { within, attempts: attempts.unwrap_or(default.attempts) }
}

#[cfg(test)]
mod tests;
