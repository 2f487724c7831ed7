//! Earns what the native parsers claim: generated texts, answered here and by the real library.
//!
//! A native parser that follows a library rule by rule says which of its rule families an answer
//! used. Only families that were *earned* may count as exact: very many cases used them, and none
//! of these had another answer than the library's. The run that counts is [`earn`].

mod completion;
mod long;
mod mutation;
mod oracle;
mod random;
mod rare;
mod repair;
mod report;
mod short;

use std::io::Write;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

pub use oracle::EarnError;
pub use report::Earned;

use oracle::Oracle;
use random::Random;

/// What can be earned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EarnKind {
    /// The rules by which `json_repair` reads what is not JSON.
    Repair,
}

impl std::str::FromStr for EarnKind {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        match word {
            "repair" => Ok(Self::Repair),
            _ => Err(format!("`{word}` is not one of repair")),
        }
    }
}

/// What to earn, and how long to try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EarnOptions {
    /// The parser.
    pub kind: EarnKind,
    /// The Python interpreter that has the real library.
    pub python: PathBuf,
    /// How many texts to generate.
    pub cases: usize,
    /// The texts depend on this and on nothing else.
    pub seed: u64,
}

/// A native parser and its library.
struct Subject {
    /// The script that asks the library.
    script: &'static str,
    /// The versions that the native parser follows, by name.
    versions: &'static [(&'static str, &'static str)],
    /// The names of the rule families, and whether the parser counts them as earned.
    families: Vec<(&'static str, bool)>,
    /// Makes a text.
    text: fn(&mut Random) -> String,
    /// Answers a text.
    answer: fn(&str) -> Answer,
}

/// A native answer.
struct Answer {
    /// The value as Python's `repr` writes it, or why there is none.
    value: Result<String, String>,
    /// The rule families that were used, by their place in [`Subject::families`].
    families: Vec<usize>,
}

/// So many texts go to the library at once.
const BATCH: usize = 500;

/// Compares the answers to generated texts and prints the counts of each rule family to `out`;
/// before them come the shortest texts with different answers.
///
/// # Errors
/// [`EarnError`] where the library cannot be asked, or is of another version.
pub fn earn(options: &EarnOptions, out: &mut dyn Write) -> Result<Earned, EarnError> {
    let subject = match options.kind {
        EarnKind::Repair => repair::subject(),
    };
    let n_workers = thread::available_parallelism().map_or(1, usize::from);
    let next_batch = AtomicUsize::new(0);
    let mut earned = Earned::new(&subject);
    let results = thread::scope(|scope| {
        let workers: Vec<_> = (0..n_workers)
            .map(|_| scope.spawn(|| compare_batches(options, &subject, &next_batch)))
            .collect();
        let join = |worker: thread::ScopedJoinHandle<'_, _>| {
            worker.join().unwrap_or(Err(EarnError::Worker))
        };
        workers.into_iter().map(join).collect::<Vec<_>>()
    });
    for result in results {
        earned.merge(result?);
    }
    earned.print(out).map_err(EarnError::Print)?;
    Ok(earned)
}

/// Takes batches until none is left. The texts of a batch depend on its number only, so that the
/// counts are the same with any number of workers.
fn compare_batches(
    options: &EarnOptions,
    subject: &Subject,
    next_batch: &AtomicUsize,
) -> Result<Earned, EarnError> {
    let mut earned = Earned::new(subject);
    let mut oracle = Oracle::start(&options.python, subject)?;
    loop {
        let batch = next_batch.fetch_add(1, Ordering::Relaxed);
        let n_texts = options.cases.saturating_sub(batch.saturating_mul(BATCH)).min(BATCH);
        if n_texts == 0 {
            return Ok(earned);
        }
        let mut random = Random::new(options.seed, batch as u64);
        let texts: Vec<String> = (0..n_texts).map(|_| (subject.text)(&mut random)).collect();
        oracle.ask(&texts)?;
        let answers: Vec<Answer> = texts.iter().map(|text| (subject.answer)(text)).collect();
        let expected = oracle.answers(n_texts)?;
        for ((text, answer), expected) in texts.into_iter().zip(answers).zip(expected) {
            earned.add(text, answer, expected);
        }
    }
}
