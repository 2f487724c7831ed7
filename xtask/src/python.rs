//! The Python environment of this checkout, made as `dspex setup` makes one.

use std::process::ExitCode;

use anyhow::{Result, bail};
use dspex::cli::Setup;

use crate::process::root;

/// The verb that hints name.
pub(crate) const SETUP: &str = "cargo xtask setup";

/// Makes `.venv` at the root; with `dev` also what developers need.
pub(crate) fn set_up(dev: bool) -> Result<()> {
    println!("==> python environment");
    let setup = Setup { venv: root().join(".venv"), dev, ..Setup::default() };
    if setup.run(SETUP) != ExitCode::SUCCESS {
        bail!("the Python environment could not be made");
    }
    Ok(())
}
