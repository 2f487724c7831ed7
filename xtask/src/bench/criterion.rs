//! Our own figures: criterion benchmarks, run by cargo and read from criterion's files.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use serde_json::Value;

use super::table::{Bench, Row};
use crate::process::{cargo, root, step};
use crate::python::venv;

/// The medians of each benchmark that the rows need, in seconds, one of each round, by id.
///
/// A machine that others share is now faster, now slower: figures of one round are compared, each with
/// its peer's.
pub(super) fn measure(rows: &[&Row]) -> Result<BTreeMap<String, Vec<f64>>> {
    let most = rows.iter().map(|row| row.bench.n_rounds).max().unwrap_or(0);
    let mut medians = BTreeMap::<String, Vec<f64>>::new();
    for round in 0..most {
        let rows: Vec<&Row> =
            rows.iter().copied().filter(|row| row.bench.n_rounds > round).collect();
        run(&rows, round + 1)?;
        for id in rows.iter().flat_map(|row| row.benchmarks()).collect::<BTreeSet<_>>() {
            medians.entry(id.to_owned()).or_default().push(median(id)?);
        }
    }
    Ok(medians)
}

/// Runs the benchmarks of the rows once.
fn run(rows: &[&Row], round: usize) -> Result<()> {
    let benches: BTreeSet<Bench> = rows.iter().map(|row| row.bench).collect();
    let of = |Bench { package, file, feature, .. }| {
        let feature = feature.map(|feature| format!(" --features {package}/{feature}"));
        format!("--package {package} --bench {file}{}", feature.unwrap_or_default())
    };
    let benches: Vec<String> = benches.into_iter().map(of).collect();
    // In one go: built one by one, each would have its own set of features of all crates below.
    // Shortly: a row and its peer are then measured within a second or two of each other.
    let quick = "--quiet --noplot --warm-up-time 0.3 --measurement-time 0.7";
    let ids: BTreeSet<&str> = rows.iter().flat_map(|row| row.benchmarks()).collect();
    let ids = exactly(&ids);
    let words = format!("bench --locked --quiet {} -- {quick} {ids}", benches.join(" "));
    let mut cargo = cargo(&words);
    if rows.iter().any(|row| row.bench.feature.is_some()) {
        cargo.env("PYO3_PYTHON", venv().join("bin/python"));
    }
    step(&format!("our own figures, round {round}"), &mut cargo)
}

/// A pattern that matches these names only.
pub(super) fn exactly(ids: &BTreeSet<&str>) -> String {
    let ids: Vec<String> = ids.iter().map(|id| id.replace('.', r"\.")).collect();
    format!("^({})$", ids.join("|"))
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
