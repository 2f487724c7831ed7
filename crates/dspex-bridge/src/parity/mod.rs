//! Replays recorded cases of DSPy and counts where Rust gives DSPy's answer.
//!
//! A corpus is a file of JSON Lines, one case a line; its format is described in
//! `parity/FORMAT.md` of the repository. DSPy itself wrote what each case expects, so an answer
//! is right exactly when it is equal. Each case ends in one [`Verdict`].

mod case;
mod compare;
mod dspy_class;
mod earn;
mod kind;
mod report;
mod signature;
mod tools;
mod value;

use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Arc;

pub use case::{Case, CorpusError};
pub use earn::{EarnError, EarnKind, EarnOptions, Earned, earn};
pub use report::{Summary, Tally};

use crate::engine::ParseDelegate;

/// What to replay, and what to print besides the counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// The corpus, in order.
    pub files: Vec<PathBuf>,
    /// Only cases with all of these tags; all cases where it is empty.
    pub tags: Vec<String>,
    /// Print the cases of one verdict, with both sides.
    pub list: Option<VerdictKind>,
    /// Count by tag instead of by kind.
    pub by_tag: bool,
}

/// How a case ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Rust alone gave DSPy's answer.
    Native,
    /// The native parser was not sure, for this reason; where there is a worker it parsed, and
    /// the answer is DSPy's.
    Delegated(String),
    /// The native engine refused the case, for this reason.
    Declined(String),
    /// A wrong answer.
    Differ {
        /// DSPy's.
        expected: String,
        /// Ours.
        actual: String,
    },
}

/// The four ways a case can end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum VerdictKind {
    /// See [`Verdict::Native`].
    Native,
    /// See [`Verdict::Delegated`].
    Delegated,
    /// See [`Verdict::Declined`].
    Declined,
    /// See [`Verdict::Differ`].
    Differ,
}

impl Verdict {
    /// The verdict without its reason.
    #[must_use]
    pub const fn kind(&self) -> VerdictKind {
        match self {
            Self::Native => VerdictKind::Native,
            Self::Delegated(_) => VerdictKind::Delegated,
            Self::Declined(_) => VerdictKind::Declined,
            Self::Differ { .. } => VerdictKind::Differ,
        }
    }
}

impl VerdictKind {
    /// The word for it: `native`, `delegated`, `declined`, `differ`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Native => "native",
            Self::Delegated => "delegated",
            Self::Declined => "declined",
            Self::Differ => "differ",
        }
    }
}

impl std::str::FromStr for VerdictKind {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        let all = [Self::Native, Self::Delegated, Self::Declined, Self::Differ];
        let known = all.into_iter().find(|kind| kind.name() == word);
        known.ok_or_else(|| format!("`{word}` is not one of native, delegated, declined, differ"))
    }
}

/// Replays the files and prints the counts to `out`; the last line is the total, and before it is
/// one line for each file where there are several.
///
/// Completions that the native parser is not sure of go to `delegate`; without one they count as
/// delegated unasked.
///
/// ```
/// use dspex_bridge::parity::{Options, run};
///
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// let mut printed = Vec::new();
/// let summary = run(&Options::default(), None, &mut printed).await?;
/// assert!(printed.ends_with(b"parity: 0 cases: 0 native, 0 delegated, 0 declined, 0 differ\n"));
/// assert_eq!(summary.total().differ, 0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`CorpusError`] names the file, and the line where a case cannot be read. A case that differs
/// is no error: see [`Summary::exit_code`].
pub async fn run(
    options: &Options,
    delegate: Option<Arc<dyn ParseDelegate>>,
    out: &mut (dyn Write + Send),
) -> Result<Summary, CorpusError> {
    let mut summary = Summary::default();
    for file in &options.files {
        summary.start_file(file);
        for case in case::read(file, &options.tags)? {
            let verdict = kind::replay(&case, delegate.as_ref()).await;
            if options.list == Some(verdict.kind()) {
                report::print_case(&case, &verdict, out).map_err(print_error)?;
            }
            summary.add(&case, &verdict);
        }
    }
    summary.print(options.by_tag, out).map_err(print_error)?;
    Ok(summary)
}

fn print_error(error: io::Error) -> CorpusError {
    CorpusError::Print(error)
}
