//! The counts, by kind or by tag, and what was declined and why.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use super::{Case, Verdict, VerdictKind};

/// How cases ended, in numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// All cases.
    pub cases: usize,
    /// Cases that Rust answered alone.
    pub native: usize,
    /// Cases whose completion went to Python, or would have gone there.
    pub delegated: usize,
    /// Cases that the native engine refused.
    pub declined: usize,
    /// Wrong answers.
    pub differ: usize,
}

impl Tally {
    fn add(&mut self, kind: VerdictKind) {
        self.cases += 1;
        *match kind {
            VerdictKind::Native => &mut self.native,
            VerdictKind::Delegated => &mut self.delegated,
            VerdictKind::Declined => &mut self.declined,
            VerdictKind::Differ => &mut self.differ,
        } += 1;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { cases, native, delegated, declined, differ } = self;
        write!(
            f,
            "{cases} cases: {native} native, {delegated} delegated, {declined} declined, \
             {differ} differ"
        )
    }
}

/// The counts of one replay.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    total: Tally,
    by_file: Vec<(PathBuf, Tally)>,
    by_kind: BTreeMap<String, Tally>,
    by_tag: BTreeMap<String, Tally>,
    declined: BTreeMap<String, usize>,
    delegated: BTreeMap<String, usize>,
}

impl Summary {
    /// All cases together.
    #[must_use]
    pub const fn total(&self) -> Tally {
        self.total
    }

    /// The counts of each kind of case, in alphabetical order.
    #[must_use]
    pub const fn by_kind(&self) -> &BTreeMap<String, Tally> {
        &self.by_kind
    }

    /// Why cases were declined, with how many of each.
    #[must_use]
    pub const fn declined(&self) -> &BTreeMap<String, usize> {
        &self.declined
    }

    /// Success when nothing differs, 1 otherwise.
    #[must_use]
    pub fn exit_code(&self) -> ExitCode {
        ExitCode::from(u8::from(self.total.differ > 0))
    }

    /// What is added from now on comes from this file.
    pub(super) fn start_file(&mut self, file: &Path) {
        self.by_file.push((file.to_owned(), Tally::default()));
    }

    pub(super) fn add(&mut self, case: &Case, verdict: &Verdict) {
        self.total.add(verdict.kind());
        if let Some((_, tally)) = self.by_file.last_mut() {
            tally.add(verdict.kind());
        }
        let group = match case.text("adapter") {
            "" => case.kind.clone(),
            adapter => format!("{} {adapter}", case.kind),
        };
        self.by_kind.entry(group).or_default().add(verdict.kind());
        for tag in &case.tags {
            self.by_tag.entry(tag.clone()).or_default().add(verdict.kind());
        }
        match verdict {
            Verdict::Declined(reason) => {
                *self.declined.entry(reason.clone()).or_default() += 1;
            }
            Verdict::Delegated(reason) => {
                *self.delegated.entry(reason.clone()).or_default() += 1;
            }
            Verdict::Native | Verdict::Differ { .. } => {}
        }
    }

    pub(super) fn print(&self, by_tag: bool, out: &mut dyn Write) -> io::Result<()> {
        let groups = if by_tag { &self.by_tag } else { &self.by_kind };
        let width = groups.keys().map(String::len).max().unwrap_or(0);
        if !groups.is_empty() {
            writeln!(out, "{:width$}  cases  native  delegated  declined  differ", "")?;
        }
        for (name, tally) in groups {
            let Tally { cases, native, delegated, declined, differ } = tally;
            writeln!(
                out,
                "{name:width$}  {cases:5}  {native:6}  {delegated:9}  {declined:8}  {differ:6}"
            )?;
        }
        print_reasons("declined", &self.declined, out)?;
        print_reasons("delegated", &self.delegated, out)?;
        if !groups.is_empty() {
            writeln!(out)?;
        }
        if self.by_file.len() > 1 {
            for (file, tally) in &self.by_file {
                writeln!(out, "{}: {tally}", file.display())?;
            }
        }
        writeln!(out, "parity: {}", self.total)
    }
}

fn print_reasons(
    verdict: &str,
    reasons: &BTreeMap<String, usize>,
    out: &mut dyn Write,
) -> io::Result<()> {
    if reasons.is_empty() {
        return Ok(());
    }
    let mut reasons: Vec<_> = reasons.iter().collect();
    reasons.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
    writeln!(out, "\n{verdict} because")?;
    for (reason, count) in reasons {
        writeln!(out, "{count:5}  {reason}")?;
    }
    Ok(())
}

/// Prints one case with what is known of both sides.
pub(super) fn print_case(case: &Case, verdict: &Verdict, out: &mut dyn Write) -> io::Result<()> {
    match verdict {
        Verdict::Native => writeln!(out, "{}", case.id),
        Verdict::Delegated(reason) | Verdict::Declined(reason) => {
            writeln!(out, "{}: {reason}\n  DSPy: {}", case.id, case.expect)
        }
        Verdict::Differ { expected, actual } => {
            writeln!(out, "{}\n  DSPy: {expected}\n  here: {actual}", case.id)
        }
    }
}
