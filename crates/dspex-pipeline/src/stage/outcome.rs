//! What a stage gives back: fields or a reason for none, and what it took.

use std::fmt;
use std::ops::AddAssign;

use dspex_signature::Fields;

/// Where a stage ran.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum RanOn {
    /// A Rust function.
    #[default]
    Function,
    /// The native engine.
    Native,
    /// A Python worker.
    Python,
}

impl RanOn {
    /// All of them, in the order of reports.
    pub const ALL: [Self; 3] = [Self::Function, Self::Native, Self::Python];

    /// The name in reports and events.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Function => "function",
            Self::Native => "native",
            Self::Python => "python",
        }
    }
}

impl fmt::Display for RanOn {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}

/// What it took to end a stage, well or badly.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Effort {
    /// Where the answer was made; `None` where that is not known, or nothing ran.
    pub ran_on: Option<RanOn>,
    /// Attempts that failed, whether or not a later one made up for them.
    pub failures: u32,
    /// Attempts after the first.
    pub retries: u32,
    /// Answers that came from somewhere else than the first choice.
    pub fallbacks: u32,
    /// Tokens the models read.
    pub input_tokens: u64,
    /// Tokens the models wrote.
    pub output_tokens: u64,
}

impl AddAssign for Effort {
    /// Adds what came later; the later place counts where it is known.
    fn add_assign(&mut self, later: Self) {
        self.ran_on = later.ran_on.or(self.ran_on);
        self.failures += later.failures;
        self.retries += later.retries;
        self.fallbacks += later.fallbacks;
        self.input_tokens = self.input_tokens.saturating_add(later.input_tokens);
        self.output_tokens = self.output_tokens.saturating_add(later.output_tokens);
    }
}

/// The good end of a stage: the fields it made, or why it made none.
#[derive(Clone, Debug, PartialEq)]
pub struct StageOutcome {
    made: Result<Fields, String>,
    effort: Effort,
}

impl StageOutcome {
    /// Fields that were made by a function.
    #[must_use]
    pub fn made(fields: Fields) -> Self {
        let effort = Effort { ran_on: Some(RanOn::Function), ..Effort::default() };
        Self { made: Ok(fields), effort }
    }

    /// Nothing was made, for this reason; not a failure.
    #[must_use]
    pub fn skipped(why: impl Into<String>) -> Self {
        Self { made: Err(why.into()), effort: Effort::default() }
    }

    /// The same outcome with this effort.
    #[must_use]
    pub const fn with_effort(mut self, effort: Effort) -> Self {
        self.effort = effort;
        self
    }

    /// The fields; `None` if the stage was skipped.
    #[must_use]
    pub fn fields(&self) -> Option<&Fields> {
        self.made.as_ref().ok()
    }

    /// Why the stage was skipped; `None` if it made its fields.
    #[must_use]
    pub fn why_skipped(&self) -> Option<&str> {
        self.made.as_ref().err().map(String::as_str)
    }

    /// What it took.
    #[must_use]
    pub const fn effort(&self) -> Effort {
        self.effort
    }

    /// The same outcome after efforts that came before it.
    pub(crate) fn after(mut self, mut earlier: Effort) -> Self {
        earlier += self.effort;
        self.effort = earlier;
        self
    }

    pub(crate) fn into_made(self) -> Result<Fields, String> {
        self.made
    }
}
