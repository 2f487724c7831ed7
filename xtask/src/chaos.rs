//! `cargo xtask chaos`: hurts pools of real workers, kills their controllers, and keeps a running total.

use std::collections::BTreeMap;
use std::process::Stdio;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, bail};

use crate::date::today;
use crate::process::{cargo, root, step};
use crate::python::set_up;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// What is drawn from; the time where none is named. It is printed.
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// How many storms: each 60 faults under 2 000 requests to 8 workers.
    #[arg(long, value_name = "N", default_value_t = 1)]
    storms: u64,
    /// How many controllers are killed, to count what they leave behind.
    #[arg(long, value_name = "N", default_value_t = 100)]
    orphans: u64,
    /// How often a worker is killed to time how soon another one serves.
    #[arg(long, value_name = "N", default_value_t = 100)]
    kills: u64,
    /// Show what pools of several sizes hold of memory, and how much they serve.
    #[arg(long)]
    sizes: bool,
    /// Do not add the figures to the page of totals.
    #[arg(long)]
    no_total: bool,
}

/// Where totals are kept.
const PAGE: &str = "crates/dspex-bridge/examples/chaos/TOTALS.md";

const HEAD: &str = "# Chaos: running totals

`cargo xtask chaos` writes this page. A storm is 60 faults under 2 000 requests to 8 workers; lost is a request that may be
repeated and was not answered, or was answered wrongly. Kills are of single workers, to time how soon another serves. An orphan is a killed controller of which a process was left a second later.

| date | storms | faults | requests | lost | kills | controllers | orphans |
|---|---|---|---|---|---|---|---|
";

/// What is counted, in the order of the page.
const COUNTED: [&str; 7] =
    ["storms", "faults", "requests", "lost", "kills", "controllers", "orphans"];
const SUM: &str = "all";

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    set_up(&[])?;
    let build = "build --quiet --release --package dspex-bridge --features testing --example chaos";
    step("build of the example", &mut cargo(build))?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
    let seed = arguments.seed.unwrap_or(now);
    let mut counts = BTreeMap::new();
    let mut is_well = true;
    for storm in 0..arguments.storms {
        let seed = seed.wrapping_add(storm);
        println!("==> storm of seed {seed}");
        is_well &= example(&["storm", &seed.to_string()], &mut counts)?;
        *counts.entry("storms".to_owned()).or_default() += 1;
    }
    if arguments.orphans > 0 {
        println!("==> {} controllers killed", arguments.orphans);
        is_well &= example(&["orphans", &arguments.orphans.to_string()], &mut counts)?;
    }
    if arguments.kills > 0 {
        println!("==> {} workers killed, one after the other", arguments.kills);
        is_well &= example(&["recovery", &arguments.kills.to_string()], &mut counts)?;
    }
    if arguments.sizes {
        println!("==> pools of several sizes, asking a model that takes 10 ms");
        is_well &= example(&["sizes"], &mut counts)?;
    }
    if !arguments.no_total {
        let path = root().join(PAGE);
        let before = std::fs::read_to_string(&path).unwrap_or_default();
        let page = page(&before, &today()?, &counts);
        std::fs::write(&path, page).with_context(|| format!("cannot write {PAGE}"))?;
    }
    if !is_well {
        bail!("something was lost\n  hint: `cargo xtask chaos --seed {seed}` draws the same again");
    }
    Ok(())
}

/// Runs the example, passes on what it prints, and adds up its totals; tells whether all was well.
fn example(words: &[&str], counts: &mut BTreeMap<String, u64>) -> Result<bool> {
    let run = "run --quiet --release --package dspex-bridge --features testing --example chaos --";
    let output = cargo(run).args(words).stderr(Stdio::inherit()).output();
    let output = output.context("cannot start the example")?;
    let printed = String::from_utf8_lossy(&output.stdout);
    print!("{printed}");
    let totals = printed.lines().find_map(|line| line.strip_prefix("totals: "));
    for (name, count) in totals.unwrap_or_default().split(' ').filter_map(|it| it.split_once('=')) {
        *counts.entry(name.to_owned()).or_default() += count.parse::<u64>()?;
    }
    Ok(output.status.success())
}

/// The page with one more line, and the sum of all below.
fn page(before: &str, today: &str, counts: &BTreeMap<String, u64>) -> String {
    let runs = before.split_once(HEAD).map_or("", |(_, runs)| runs);
    let is_run = |line: &&str| !line.starts_with(&format!("| {SUM} |"));
    let mut lines: Vec<String> = runs.lines().filter(is_run).map(str::to_owned).collect();
    let count = |name: &&str| counts.get(*name).copied().unwrap_or_default();
    lines.push(line(today, &COUNTED.each_ref().map(count)));
    let mut sums = [0; COUNTED.len()];
    for line in &lines {
        let cells = line.trim_matches('|').split('|').skip(1);
        for (sum, cell) in sums.iter_mut().zip(cells) {
            *sum += cell.trim().parse::<u64>().unwrap_or_default();
        }
    }
    lines.push(line(SUM, &sums));
    format!("{HEAD}{}\n", lines.join("\n"))
}

fn line(name: &str, counts: &[u64]) -> String {
    let cells: Vec<String> = counts.iter().map(u64::to_string).collect();
    format!("| {name} | {} |", cells.join(" | "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_added_to_the_page_and_summed() {
        let counts =
            |faults| BTreeMap::from([("storms".to_owned(), 1), ("faults".to_owned(), faults)]);
        let first = page("", "2026-01-02", &counts(60));
        let second = page(&first, "2026-01-03", &counts(20));
        let expected = "| 2026-01-02 | 1 | 60 | 0 | 0 | 0 | 0 | 0 |\n| 2026-01-03 | 1 | 20 | 0 | 0 | 0 | 0 | 0 |\n\
                        | all | 2 | 80 | 0 | 0 | 0 | 0 | 0 |\n";
        assert_eq!(second, format!("{HEAD}{expected}"));
    }
}
