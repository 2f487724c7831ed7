//! The peer of most rows: DSPy itself, in the project's Python environment.

use std::collections::BTreeMap;

use anyhow::{Context, Result};

use crate::process::{command, output, root};
use crate::python::venv;

/// DSPy's median for each row that it has a figure for in seconds, by id.
pub(super) fn measure() -> Result<BTreeMap<String, f64>> {
    println!("==> the same work in DSPy");
    let python = venv().join("bin/python");
    let script = root().join("xtask/src/bench/peer.py");
    let mut python = command(&python, "");
    let printed =
        output(python.arg(script)).context("`cargo xtask setup` makes the environment")?;
    let line = printed.lines().last().context("the script printed nothing")?;
    serde_json::from_str(line).context("the script's last line should be JSON")
}
