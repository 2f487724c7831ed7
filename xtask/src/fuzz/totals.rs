//! `fuzz/TOTALS.md`: every run that was kept, and their sums.

use std::collections::BTreeMap;

use anyhow::{Context, Result};

use super::TARGETS;
use super::libfuzzer::Figures;
use crate::date::today;
use crate::process::root;

const HEAD: &str = "# Fuzzing: running totals

`cargo xtask fuzz` writes this page. A crash is a place where a target panicked, an input that took more than ten seconds or
one that took more than two gigabytes; within a run each place counts once.

| target | runs | seconds | executions | crashes |
|---|---|---|---|---|
";

const RUNS: &str = "
| date | target | seconds | executions | crashes |
|---|---|---|---|---|
";

/// One line of the second table.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Run {
    date: String,
    target: String,
    seconds: u64,
    executions: u64,
    crashes: u64,
}

/// Adds runs of today.
pub(super) fn add(runs: &[(&str, Figures)]) -> Result<()> {
    let path = root().join("fuzz/TOTALS.md");
    let before = std::fs::read_to_string(&path).unwrap_or_default();
    let today = today()?;
    let new = runs.iter().map(|(target, figures)| Run {
        date: today.clone(),
        target: (*target).to_owned(),
        seconds: figures.seconds,
        executions: figures.executions,
        crashes: figures.crashes.len() as u64,
    });
    let all: Vec<Run> = read(&before).into_iter().chain(new).collect();
    std::fs::write(&path, page(&all)).with_context(|| format!("cannot write {}", path.display()))
}

/// The runs of a page; whatever else stands there is passed over.
fn read(page: &str) -> Vec<Run> {
    let runs = page.split_once(RUNS).map_or("", |(_, runs)| runs);
    let run = |line: &str| {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [date, target, seconds, executions, crashes] = cells.try_into().ok()?;
        Some(Run {
            date: date.to_owned(),
            target: target.to_owned(),
            seconds: seconds.parse().ok()?,
            executions: executions.parse().ok()?,
            crashes: crashes.parse().ok()?,
        })
    };
    runs.lines().filter_map(run).collect()
}

fn page(runs: &[Run]) -> String {
    let mut sums: BTreeMap<usize, (&str, [u64; 4])> = BTreeMap::new();
    for run in runs {
        let known = TARGETS.iter().position(|target| *target == run.target);
        let place = known.unwrap_or(TARGETS.len());
        let (_, sum) = sums.entry(place).or_insert((&run.target, [0; 4]));
        for (sum, new) in sum.iter_mut().zip([1, run.seconds, run.executions, run.crashes]) {
            *sum += new;
        }
    }
    let mut page = HEAD.to_owned();
    for (target, [n_runs, seconds, executions, crashes]) in sums.values() {
        page += &format!("| {target} | {n_runs} | {seconds} | {executions} | {crashes} |\n");
    }
    page += RUNS;
    for Run { date, target, seconds, executions, crashes } in runs {
        page += &format!("| {date} | {target} | {seconds} | {executions} | {crashes} |\n");
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_read_back_and_summed() {
        let run = |target: &str, seconds| Run {
            date: "2026-01-02".to_owned(),
            target: target.to_owned(),
            seconds,
            executions: 10 * seconds,
            crashes: 0,
        };
        let runs = vec![run("json", 60), run("chat", 5), run("json", 7)];
        let page = page(&runs);
        assert_eq!(read(&page), runs);
        assert!(
            page.contains("| chat | 1 | 5 | 50 | 0 |\n| json | 2 | 67 | 670 | 0 |\n"),
            "{page}"
        );
        assert_eq!(read(""), []);
    }
}
