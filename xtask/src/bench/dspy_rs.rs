//! A peer whose dependencies are heavy: dspy-rs, in a workspace of its own.

use std::collections::BTreeMap;

use anyhow::{Context, Result};

use crate::process::{cargo, output, root, step};

/// dspy-rs's median for each row that it has a figure for in seconds, by id.
pub(super) fn measure() -> Result<BTreeMap<String, f64>> {
    let in_its_workspace = |words: &str| {
        let mut command = cargo(words);
        command
            .current_dir(root().join("benches/peers"))
            .env("CARGO_TARGET_DIR", root().join("target/peers"));
        command
    };
    // The first time it builds some 400 crates.
    step("build of dspy-rs", &mut in_its_workspace("build --release --locked --quiet"))?;
    let printed = output(&mut in_its_workspace("run --release --locked --quiet"))?;
    serde_json::from_str(&printed).context("the program should print JSON")
}
