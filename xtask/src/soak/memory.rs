//! Whether memory grows: what a process has at its end beside what it had when it was warm.

use anyhow::{Context, Result, bail};

/// Samples in a minute.
const A_MINUTE: usize = 6;
/// How much more there may be at the end, in parts of what there was.
const MAY_GROW: f64 = 0.05;

/// Samples in kilobytes, oldest first, one each ten seconds.
pub(super) struct Memory {
    minutes: u64,
    samples: Vec<u64>,
}

impl Memory {
    /// For a run of so many minutes.
    pub(super) const fn new(minutes: u64) -> Self {
        Self { minutes, samples: Vec::new() }
    }

    pub(super) fn add(&mut self, kilobytes: u64) {
        self.samples.push(kilobytes);
    }

    /// What came of it, in words.
    ///
    /// The last minute is held against minute 5; in runs of less than six minutes, the last sixth of
    /// them against the first one. Each is the mean of its samples.
    ///
    /// # Errors
    /// Memory grew by more than a twentieth, or there are too few samples to tell.
    pub(super) fn verdict(&self) -> Result<String> {
        let (name, early, late) = self.spans().context("there are too few samples to compare")?;
        let (before, after) = (mean(early), mean(late));
        let grown = after / before - 1.0;
        let said = format!(
            "memory: {after:.0} kB at the end, {before:.0} kB in {name}: {:+.1} %",
            grown * 100.0
        );
        if after > before * (1.0 + MAY_GROW) {
            bail!("{said}, where {:.0} % are allowed", MAY_GROW * 100.0);
        }
        Ok(said)
    }

    /// What is compared: its name, the early samples and the late ones.
    fn spans(&self) -> Option<(&'static str, &[u64], &[u64])> {
        let (name, until, n_samples) = match self.minutes {
            6.. => ("minute 5", 5 * A_MINUTE, A_MINUTE),
            minutes => {
                let n_samples = usize::try_from(minutes).ok()?;
                ("the first sixth", n_samples, n_samples)
            }
        };
        let early = self.samples.get(until.checked_sub(n_samples)?..until)?;
        let late = &self.samples[self.samples.len().checked_sub(n_samples)?.max(until)..];
        (!late.is_empty()).then_some((name, early, late))
    }
}

fn mean(samples: &[u64]) -> f64 {
    samples.iter().sum::<u64>() as f64 / samples.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A run that has `early` until a point in time, and `late` from there on.
    fn run(minutes: u64, early: u64, changes_at: usize, late: u64) -> Result<String, String> {
        let mut memory = Memory::new(minutes);
        for place in 0..usize::try_from(minutes).unwrap() * A_MINUTE {
            memory.add(if place < changes_at { early } else { late });
        }
        memory.verdict().map_err(|error| error.to_string())
    }

    #[test]
    fn the_end_is_held_against_minute_five() {
        let said = run(30, 1_000, 30, 1_050).unwrap();
        assert_eq!(said, "memory: 1050 kB at the end, 1000 kB in minute 5: +5.0 %");
        let said = run(30, 1_000, 30, 1_051).unwrap_err();
        assert!(said.ends_with("+5.1 %, where 5 % are allowed"), "{said}");
        // Growth before minute 5 is warming up.
        assert!(run(30, 1_000, 24, 9_000).is_ok());
        assert!(run(30, 1_000, 24, 500).is_ok());
    }

    #[test]
    fn a_short_run_is_held_against_its_first_sixth() {
        assert!(run(1, 1_000, 1, 1_060).unwrap_err().contains("in the first sixth"));
        assert!(run(3, 1_000, 3, 1_040).is_ok());
        assert!(run(3, 1_000, 15, 1_060).is_err());
    }

    #[test]
    fn a_run_that_broke_off_tells_nothing() {
        assert!(Memory::new(30).verdict().is_err());
        let mut memory = Memory::new(1);
        memory.add(1);
        assert!(memory.verdict().is_err());
    }
}
