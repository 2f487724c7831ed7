//! Our own figures: criterion benchmarks, run by cargo and read from criterion's files.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use serde_json::Value;

use super::table::Row;
use crate::process::{cargo, root, step};

/// The median of each row in seconds, by id.
pub(super) fn measure(rows: &[&Row]) -> Result<BTreeMap<String, f64>> {
    let benches: BTreeSet<_> = rows.iter().map(|row| (row.package, row.bench)).collect();
    for (package, bench) in benches {
        let words = format!(
            "bench --locked --all-features -p {package} --bench {bench} -- --quiet --noplot"
        );
        step(&format!("{package}: {bench}"), &mut cargo(&words))?;
    }
    rows.iter().map(|row| Ok((row.id.to_owned(), median(row.id)?))).collect()
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
