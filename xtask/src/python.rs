//! The Python environment of this checkout, made as `dspex setup` makes one.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Result, bail};
use dspex::cli::Setup;
use dspex::python::environment::Group;

use crate::process::root;

/// The verb that hints name.
pub(crate) const SETUP: &str = "cargo xtask setup";

/// Where the environment of this checkout stands.
pub(crate) fn venv() -> PathBuf {
    root().join(".venv")
}

/// Makes `.venv` at the root, with these groups beside the base.
pub(crate) fn set_up(groups: &[Group]) -> Result<()> {
    println!("==> python environment");
    let setup = Setup { venv: venv(), groups: groups.to_vec(), ..Setup::default() };
    if setup.run(SETUP) != ExitCode::SUCCESS {
        bail!("the Python environment could not be made");
    }
    Ok(())
}
