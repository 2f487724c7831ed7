//! Inputs to begin with: signatures, completions and programs of the parity sample.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::Value as Json;

use crate::process::root;

/// Types that the texts of completions are read as.
const TYPES: [&str; 8] = [
    "int",
    "float",
    "bool",
    "list[str]",
    "dict[str, int]",
    "Optional[int]",
    "Literal['a', 'b']",
    "dict[str, Any]",
];

/// Writes the seeds of a target into its corpus, beside what earlier runs found, and says how many
/// there are. A seed is named after its content, so that it is written once.
pub(super) fn write(target: &str, corpus: &Path) -> Result<usize> {
    std::fs::create_dir_all(corpus)?;
    let sample = root().join("parity/sample.jsonl");
    let text = std::fs::read_to_string(&sample)
        .with_context(|| format!("cannot read {}", sample.display()))?;
    let cases = text.lines().filter(|line| !line.trim().is_empty()).map(serde_json::from_str);
    let cases: Vec<Json> = cases.collect::<Result<_, _>>()?;
    let mut seeds: BTreeSet<String> =
        cases.iter().flat_map(|case| seeds_of(target, case)).collect();
    if target == "program" {
        seeds.extend(saved_programs()?);
    }
    for seed in &seeds {
        std::fs::write(corpus.join(format!("seed-{:016x}", hash(seed.as_bytes()))), seed)?;
    }
    Ok(seeds.len())
}

fn seeds_of(target: &str, case: &Json) -> Vec<String> {
    let spec = case["signature"]["spec"].as_str().unwrap_or_default().replace('\n', " ");
    let completions = completions(case);
    match target {
        "grammar" => {
            let types = case["expect"]["outputs"].as_array().into_iter().flatten();
            let types = types.filter_map(|field| field["type"].as_str().map(str::to_owned));
            [spec].into_iter().chain(types).collect()
        }
        "repair" => {
            let of = |text: String| TYPES.map(|ty| format!("{ty}\n{text}"));
            completions.into_iter().flat_map(of).collect()
        }
        "partial" => completions.into_iter().filter(|text| text.starts_with('{')).collect(),
        "program" => {
            let metadata = serde_json::json!({ "dependency_versions": { "dspy": "3.4.1" } });
            let state = case.get("state").and_then(Json::as_object).cloned();
            let file = |mut state: serde_json::Map<String, Json>| {
                state.insert("metadata".to_owned(), metadata);
                Json::Object(state).to_string()
            };
            state.map(file).into_iter().collect()
        }
        adapter => {
            let named = case["adapter"].as_str().unwrap_or("chat");
            let is_its = named.starts_with(adapter);
            let of = |text: String| is_its.then(|| format!("{spec}\n{text}"));
            completions.into_iter().filter_map(of).collect()
        }
    }
}

/// What a model answered in a case.
fn completions(case: &Json) -> Vec<String> {
    let replies = case["replies"].as_array().into_iter().flatten();
    let texts = replies.filter_map(|reply| reply.as_str().or(reply["content"].as_str()));
    case["completion"].as_str().into_iter().chain(texts).map(str::to_owned).collect()
}

/// The programs that the tests of `dspex-signature` read.
fn saved_programs() -> Result<Vec<String>> {
    let folder = root().join("crates/dspex-signature/src/program/testdata");
    let mut programs = Vec::new();
    for entry in std::fs::read_dir(&folder)? {
        programs.push(std::fs::read_to_string(entry?.path())?);
    }
    Ok(programs)
}

/// FNV-1a of 64 bits, which is the same in every run.
fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_target_has_seeds() {
        for target in crate::fuzz::TARGETS {
            let corpus = tempfile::tempdir().unwrap();
            let n_seeds = write(target, corpus.path()).unwrap();
            assert!(n_seeds > 3, "{target} has {n_seeds}");
            assert_eq!(std::fs::read_dir(corpus.path()).unwrap().count(), n_seeds);
        }
    }
}
