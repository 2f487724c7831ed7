//! One target run by libFuzzer, and the figures that it prints.

use std::fmt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// How often a target that crashed is started again: by then it has told enough.
const MAX_STARTS: usize = 10;

/// What a run came to.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Figures {
    pub(super) seconds: u64,
    pub(super) executions: u64,
    /// Branches, each by how often an input took it, that the corpus reaches at the end.
    pub(super) features: u64,
    /// How many of them the corpus reached when the run began, once that is known.
    features_before: Option<u64>,
    /// The inputs that crashed, hung or took too much memory.
    pub(super) crashes: Vec<Crash>,
}

/// An input on which a target did not come through.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Crash {
    /// The file that holds it.
    input: String,
    /// Where it panicked, and with which message; for a hang what libFuzzer said.
    reason: String,
}

/// Runs `program` for `seconds` in all; a crash is noted, and the rest of the time goes on.
pub(super) fn run(program: &Path, corpus: &Path, crashes: &Path, seconds: u64) -> Result<Figures> {
    std::fs::create_dir_all(crashes)?;
    let started = Instant::now();
    let mut figures = Figures::default();
    for _ in 0..MAX_STARTS {
        let left = Duration::from_secs(seconds).saturating_sub(started.elapsed()).as_secs();
        if left == 0 {
            break;
        }
        let output = Command::new(program)
            .arg(corpus)
            .arg(format!("-max_total_time={left}"))
            .arg(format!("-artifact_prefix={}/", crashes.display()))
            .args(["-print_final_stats=1", "-timeout=10", "-rss_limit_mb=2048", "-max_len=4096"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .output()
            .with_context(|| format!("cannot start `{}`", program.display()))?;
        let printed = String::from_utf8_lossy(&output.stderr);
        figures.add(&printed);
        match crash(&printed) {
            // One place that panics is one crash, whatever the inputs that lead there.
            Some(crash) if figures.crashes.iter().any(|known| known.reason == crash.reason) => {}
            Some(crash) => figures.crashes.push(crash),
            None if !output.status.success() => {
                let end: Vec<&str> = printed.lines().rev().take(20).collect();
                let end: Vec<&str> = end.into_iter().rev().collect();
                bail!("`{}` ended with {}:\n{}", program.display(), output.status, end.join("\n"));
            }
            None => break,
        }
    }
    figures.seconds = started.elapsed().as_secs();
    Ok(figures)
}

/// The input that ended a process, and why.
fn crash(printed: &str) -> Option<Crash> {
    let (_, input) = printed.lines().find_map(|line| line.split_once("Test unit written to "))?;
    let mut lines = printed.lines().skip_while(|line| !line.contains(" panicked at "));
    let reason = match (lines.next(), lines.next()) {
        (Some(place), Some(message)) => {
            let place = place.split_once(" panicked ").map_or(place, |(_, place)| place);
            format!("panicked {place} {message}")
        }
        // Neither a hang nor a lack of memory panics.
        _ => {
            let said = printed.lines().find_map(|line| line.split_once("ERROR: libFuzzer: "));
            said.map_or_else(String::new, |(_, said)| said.to_owned())
        }
    };
    Some(Crash { input: input.trim().to_owned(), reason })
}

impl Figures {
    /// Adds what one process printed: `stat::number_of_executed_units: 123` at its end, and lines
    /// such as `#2 INITED cov: 5 ft: 7 corp: 1/1b` on the way.
    fn add(&mut self, printed: &str) {
        let features = |line: &str| -> Option<u64> {
            line.split_once(" ft: ")?.1.split_whitespace().next()?.parse().ok()
        };
        let before = printed.lines().find(|line| line.contains("INITED")).and_then(features);
        let after = printed.lines().rev().find_map(features);
        let executed = "stat::number_of_executed_units:";
        let executions = printed.lines().find_map(|line| {
            line.strip_prefix(executed).and_then(|count| count.trim().parse::<u64>().ok())
        });
        // A process that crashed says how far it came in front of its last line.
        let started = printed.lines().rev().find_map(|line| {
            let (count, _) = line.strip_prefix('#')?.split_once(['\t', ' ', ':'])?;
            count.parse::<u64>().ok()
        });
        self.executions += executions.or(started).unwrap_or_default();
        self.features = self.features.max(after.unwrap_or_default());
        self.features_before = self.features_before.or(before);
    }

    /// How many features no input of the corpus reached when the run began.
    pub(super) fn new_features(&self) -> u64 {
        self.features - self.features_before.unwrap_or(self.features)
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{} executions in {} s, {} new of {} features, {} crashes",
            self.executions,
            self.seconds,
            self.new_features(),
            self.features,
            self.crashes.len()
        )?;
        self.crashes.iter().try_for_each(|Crash { input, reason }| {
            write!(formatter, "\n    {input}\n      {reason}")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_read_from_what_libfuzzer_prints() {
        let mut figures = Figures::default();
        let whole = "#2\tINITED cov: 5 ft: 70 corp: 1/1b exec/s: 0\n\
                     #9\tNEW    cov: 6 ft: 81 corp: 2/3b lim: 4\n\
                     stat::number_of_executed_units: 1234\n";
        figures.add(whole);
        assert_eq!((figures.executions, figures.features, figures.new_features()), (1234, 81, 11));
        let crashed = "#2\tINITED cov: 5 ft: 81 corp: 1/1b\n#99\tNEW    cov: 9 ft: 90 corp: 3/4b\n\
                       thread panicked\n";
        figures.add(crashed);
        assert_eq!((figures.executions, figures.features, figures.new_features()), (1333, 90, 20));
    }

    #[test]
    fn a_crash_is_known_by_its_input_and_its_reason() {
        let printed = "#2\tINITED cov: 5 ft: 7 corp: 1/1b\n\
                       thread '<unnamed>' (7) panicked at targets/json.rs:9:5:\n\
                       planted\nnote: run with `RUST_BACKTRACE=1`\n\
                       ==7== ERROR: libFuzzer: deadly signal\n\
                       artifact_prefix='x/'; Test unit written to x/crash-1\n";
        let Crash { input, reason } = crash(printed).unwrap();
        assert_eq!(input, "x/crash-1");
        assert_eq!(reason, "panicked at targets/json.rs:9:5: planted");
        let hang = "ALARM\n==7== ERROR: libFuzzer: timeout after 10 seconds\n\
                    artifact_prefix='x/'; Test unit written to x/timeout-2\n";
        assert_eq!(crash(hang).unwrap().reason, "timeout after 10 seconds");
        assert_eq!(crash("stat::number_of_executed_units: 1"), None);
    }
}
