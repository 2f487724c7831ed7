//! Our own figures: criterion benchmarks, run by cargo and read from criterion's files.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use serde_json::Value;

use super::table::{Bench, Row};
use crate::process::{cargo, root, step};

/// The median of each benchmark that the rows need in seconds, by id.
pub(super) fn measure(rows: &[&Row]) -> Result<BTreeMap<String, f64>> {
    let benches: BTreeSet<Bench> = rows.iter().map(|row| row.bench).collect();
    let of = |Bench { package, file }| format!("--package {package} --bench {file}");
    let benches: Vec<String> = benches.into_iter().map(of).collect();
    // In one go: built one by one, each would have its own set of features of all crates below.
    let words = format!("bench --locked --quiet {} -- --quiet --noplot", benches.join(" "));
    step("our own figures", &mut cargo(&words))?;
    let ids = rows.iter().flat_map(|row| row.benchmarks());
    ids.map(|id| Ok((id.to_owned(), median(id)?))).collect()
}

/// The median that criterion kept of its newest run.
fn median(id: &str) -> Result<f64> {
    let path = root().join("target/criterion").join(id).join("new/estimates.json");
    let text = std::fs::read_to_string(&path)
        .with_context(|| format!("criterion wrote no figure for {id} ({})", path.display()))?;
    let estimates: Value = serde_json::from_str(&text)?;
    let nanoseconds = estimates["median"]["point_estimate"].as_f64();
    Ok(nanoseconds.with_context(|| format!("criterion's figure for {id} has no median"))? / 1e9)
}
