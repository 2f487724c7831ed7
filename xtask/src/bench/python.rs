//! Peers in the project's Python environment: DSPy itself, and other ways to a Python process.

use std::collections::BTreeMap;

use anyhow::{Context, Result};

use crate::process::{command, output, root};
use crate::python::venv;

/// DSPy's median for each row that it has a figure for in seconds, by id.
pub(super) fn dspy() -> Result<BTreeMap<String, f64>> {
    println!("==> the same work in DSPy");
    measure("peer.py")
}

/// The medians of other ways to a Python process in seconds, by id.
pub(super) fn pools() -> Result<BTreeMap<String, f64>> {
    println!("==> the same calls by other ways to a Python process");
    measure("pools.py")
}

fn measure(script: &str) -> Result<BTreeMap<String, f64>> {
    let python = venv().join("bin/python");
    let script = root().join("xtask/src/bench").join(script);
    let mut python = command(&python, "");
    let printed =
        output(python.arg(script)).context("`cargo xtask setup --dev` makes the environment")?;
    let line = printed.lines().last().context("the script printed nothing")?;
    serde_json::from_str(line).context("the script's last line should be JSON")
}
