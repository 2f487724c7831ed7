//! `cargo xtask test`: set-up, then every test, with the counts as its last line.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use dspex::python::environment::Group;

use crate::process::{EVERYTHING, cargo, installed, step};
use crate::python::set_up;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Run only the tests whose names contain this.
    filter: Option<String>,
}

/// Passed, failed and ignored tests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Counts {
    passed: u64,
    failed: u64,
    skipped: u64,
}

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    set_up(&[Group::Dev, Group::LocalLm])?;
    // Tests start one of them, and `--all-targets` builds examples as tests, under other names.
    step("examples", &mut cargo(&format!("build {EVERYTHING} --examples")))?;
    let filter = arguments.filter.as_deref().unwrap_or("");
    let mut counts = Counts::default();
    if installed("cargo", "nextest --version") {
        let tests = format!("nextest run {EVERYTHING} --all-targets --no-fail-fast {filter}");
        counts.add("tests", &mut cargo(&tests))?;
    } else {
        println!("==> cargo-nextest is not installed: cargo test runs the tests instead");
        let tests = format!("test {EVERYTHING} --all-targets --no-fail-fast {filter}");
        counts.add("tests", &mut cargo(&tests))?;
    }
    let doctests = format!("test {EVERYTHING} --doc --no-fail-fast {filter}");
    counts.add("doctests", &mut cargo(&doctests))?;
    let Counts { passed, failed, skipped } = counts;
    println!("{passed} passed, {failed} failed, {skipped} skipped");
    match failed {
        0 if passed == 0 => bail!("no test ran"),
        0 => Ok(()),
        _ => bail!("{failed} tests failed"),
    }
}

impl Counts {
    /// Runs one kind of tests, passes its lines on, and adds what its summaries say.
    fn add(&mut self, name: &str, command: &mut Command) -> Result<()> {
        println!("==> {name}");
        let before = *self;
        let (reader, writer) = std::io::pipe()?;
        let mut child = command
            .stdout(writer.try_clone()?)
            .stderr(writer)
            .stdin(Stdio::null())
            .spawn()
            .with_context(|| format!("{name}: cannot start {command:?}"))?;
        // The command holds copies of the pipe's end; without them gone the reading never ends.
        command.stdout(Stdio::null()).stderr(Stdio::null());
        for line in BufReader::new(reader).lines() {
            let line = line?;
            println!("{line}");
            self.read(&line);
        }
        let status = child.wait()?;
        if !status.success() && self.failed == before.failed {
            bail!("{name} did not run to their end ({status})");
        }
        Ok(())
    }

    /// Adds a summary line of nextest or of cargo test; other lines say nothing.
    fn read(&mut self, line: &str) {
        let line = without_colours(line);
        let nextest = line.trim_start().strip_prefix("Summary ").and_then(|rest| {
            rest.split_once("tests run: ").or_else(|| rest.split_once("test run: "))
        });
        let summary = match nextest {
            Some((_, summary)) => summary,
            None => match line.strip_prefix("test result: ").and_then(|rest| rest.split_once(". "))
            {
                Some((_, summary)) => summary,
                None => return,
            },
        };
        for part in summary.split([',', ';']) {
            let mut words = part.split_whitespace();
            let Some(count) = words.next().and_then(|count| count.parse::<u64>().ok()) else {
                continue;
            };
            match words.next() {
                Some("passed") => self.passed += count,
                Some("failed" | "timed") => self.failed += count,
                Some("skipped" | "ignored") => self.skipped += count,
                _ => {}
            }
        }
    }
}

fn without_colours(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((before, after)) = rest.split_once('\u{1b}') {
        plain.push_str(before);
        rest = after.split_once('m').map_or("", |(_, after)| after);
    }
    plain + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn summaries_of_both_runners_are_counted() {
        let mut counts = Counts::default();
        counts
            .read("     Summary [   0.071s] 11 tests run: 10 passed (2 slow), 1 failed, 3 skipped");
        counts.read("test result: FAILED. 4 passed; 2 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.1s");
        counts.read("\u{1b}[32;1m     Summary\u{1b}[0m [   0.1s] \u{1b}[1m1\u{1b}[0m test run: \u{1b}[1m1\u{1b}[0m \u{1b}[32;1mpassed\u{1b}[0m");
        counts.read("4 passed, 9 failed said somebody");
        assert_eq!(counts, Counts { passed: 15, failed: 3, skipped: 4 });
    }
}
