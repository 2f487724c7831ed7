//! The counts of each rule family, and the texts with different answers.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::process::ExitCode;

use super::{Answer, Subject, oracle::Expected};

/// A family is earned by so many cases without a difference.
const ENOUGH_CASES: usize = 100_000;

/// So many texts with different answers are printed, the shortest ones.
const MAX_PRINTED: usize = 20;

/// What a run has counted.
#[derive(Clone, Debug, Default)]
pub struct Earned {
    families: Vec<Count>,
    cases: usize,
    differ: usize,
    unsure: BTreeMap<String, usize>,
    differences: Vec<Difference>,
}

#[derive(Clone, Debug)]
struct Count {
    name: &'static str,
    /// Whether the parser's own table says that the family is earned.
    is_claimed: bool,
    cases: usize,
    differ: usize,
}

#[derive(Clone, Debug)]
struct Difference {
    text: String,
    expected: Expected,
    actual: String,
    families: Vec<&'static str>,
}

impl Earned {
    pub(super) fn new(subject: &Subject) -> Self {
        let count = |(name, is_claimed): &(&'static str, bool)| Count {
            name,
            is_claimed: *is_claimed,
            cases: 0,
            differ: 0,
        };
        Self { families: subject.families.iter().map(count).collect(), ..Self::default() }
    }

    /// How many texts were compared or not, all together.
    #[must_use]
    pub const fn cases(&self) -> usize {
        self.cases
    }

    /// How many texts had another answer than the library's.
    #[must_use]
    pub const fn differ(&self) -> usize {
        self.differ
    }

    /// 1 where a text has another answer though all families it used count as earned, as strict
    /// JSON does; success otherwise.
    #[must_use]
    pub fn exit_code(&self) -> ExitCode {
        let is_claimed =
            |name: &str| self.families.iter().any(|count| count.name == name && count.is_claimed);
        let breaks_claim =
            |difference: &Difference| difference.families.iter().all(|name| is_claimed(name));
        ExitCode::from(u8::from(self.differences.iter().any(breaks_claim)))
    }

    /// Counts one text.
    pub(super) fn add(&mut self, text: String, answer: Answer, expected: Expected) {
        self.cases += 1;
        let actual = match answer.value {
            Ok(actual) => actual,
            Err(doubt) => {
                *self.unsure.entry(doubt).or_default() += 1;
                return;
            }
        };
        let differs = !matches!(&expected, Expected::Value(value) if *value == actual);
        for place in &answer.families {
            self.families[*place].cases += 1;
            self.families[*place].differ += usize::from(differs);
        }
        if differs {
            self.differ += 1;
            let families = answer.families.iter().map(|place| self.families[*place].name).collect();
            self.differences.push(Difference { text, expected, actual, families });
        }
    }

    pub(super) fn merge(&mut self, other: Self) {
        for (count, other) in self.families.iter_mut().zip(other.families) {
            count.cases += other.cases;
            count.differ += other.differ;
        }
        self.cases += other.cases;
        self.differ += other.differ;
        for (doubt, count) in other.unsure {
            *self.unsure.entry(doubt).or_default() += count;
        }
        self.differences.extend(other.differences);
    }

    pub(super) fn print(&mut self, out: &mut dyn Write) -> io::Result<()> {
        self.differences.sort_by_key(|difference| difference.text.len());
        for difference in self.differences.iter().take(MAX_PRINTED) {
            let Difference { text, expected, actual, families } = difference;
            let expected = match expected {
                Expected::Value(value) => value.clone(),
                Expected::Raises(class) => format!("raises {class}"),
            };
            writeln!(out, "{text:?}\n  library: {expected}\n  here:    {actual}")?;
            writeln!(out, "  by: {}\n", families.join(", "))?;
        }
        let width = self.families.iter().map(|count| count.name.len()).max().unwrap_or(0);
        writeln!(out, "{:width$}    cases  differ  earned here  counts as earned", "family")?;
        for Count { name, is_claimed, cases, differ } in &self.families {
            let is_earned = *differ == 0 && *cases >= ENOUGH_CASES;
            let [earned, claimed] =
                [is_earned, *is_claimed].map(|is| if is { "yes" } else { "no" });
            writeln!(out, "{name:width$}  {cases:7}  {differ:6}  {earned:>11}  {claimed:>16}")?;
        }
        for (doubt, count) in &self.unsure {
            writeln!(out, "unsure {count}: {doubt}")?;
        }
        let unsure: usize = self.unsure.values().sum();
        let Self { cases, differ, .. } = self;
        writeln!(out, "earn: {cases} cases: {unsure} unsure, {differ} differ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn earned(is_claimed: bool, expected: &str) -> Earned {
        let mut earned = Earned {
            families: vec![Count { name: "prose", is_claimed, cases: 0, differ: 0 }],
            ..Earned::default()
        };
        let answer = Answer { value: Ok("1".to_owned()), families: vec![0] };
        earned.add("text".to_owned(), answer, Expected::Value(expected.to_owned()));
        earned
    }

    #[test]
    fn only_a_broken_claim_fails() {
        assert_eq!(earned(true, "1").exit_code(), ExitCode::SUCCESS);
        assert_eq!(earned(false, "2").exit_code(), ExitCode::SUCCESS);
        assert_eq!(earned(true, "2").exit_code(), ExitCode::FAILURE);
        assert_eq!(earned(true, "2").differ(), 1);
    }
}
