//! A stage: what it reads, what it makes, and how it is run.

mod context;
mod error;
mod function;
mod into_stage;
#[cfg(feature = "modules")]
mod module;
mod outcome;

use dspex_signature::{Fields, Record, RecordShape};
use dspex_telemetry::Recorder;
use futures_util::future::BoxFuture;

pub use context::StageContext;
pub use error::{StageError, StageErrorKind};
pub use function::{AsyncFunction, Function, TryFunction};
pub use into_stage::{IntoStage, IsAsync, IsFunction, IsStage, IsTry};
pub use outcome::{Effort, RanOn, StageOutcome};

/// What can stand in a pipeline: it reads some fields and makes others.
///
/// Modules, functions, closures and whole pipelines are stages already. A type of your own is one
/// when it says what it reads and makes:
///
/// ```
/// use dspex_pipeline::{Pipeline, Stage, StageContext, StageError, StageOutcome};
/// use dspex_signature::{Fields, Part, RecordShape, Shape, fields};
/// use futures_util::future::BoxFuture;
///
/// /// Counts the words of `text`.
/// struct CountWords;
///
/// impl Stage for CountWords {
///     const READS: RecordShape =
///         RecordShape { name: "CountWords", open: false, parts: &[Part::Own(&[("text", Shape::Str)])] };
///     const MAKES: RecordShape =
///         RecordShape { name: "Words", open: false, parts: &[Part::Own(&[("n_words", Shape::Int)])] };
///     type Output = Fields;
///
///     fn run<'a>(
///         &'a self,
///         fields: &'a Fields,
///         _context: &'a StageContext,
///     ) -> BoxFuture<'a, Result<StageOutcome, StageError>> {
///         Box::pin(async move {
///             let text: String = fields.get("text")?;
///             let n_words = text.split_whitespace().count() as i64;
///             Ok(StageOutcome::made(fields! { "n_words" => n_words }))
///         })
///     }
/// }
///
/// # tokio::runtime::Builder::new_current_thread().enable_time().build()?.block_on(async {
/// let count = Pipeline::builder::<Fields>("count").stage("words", CountWords).build::<Fields, Fields>()?;
/// let done = count.run(fields! { "text" => "one two three" }).await?;
/// assert_eq!(done.get::<i64>("n_words")?, 3);
/// # Ok::<(), Box<dyn std::error::Error>>(()) })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait Stage: Send + Sync + 'static {
    /// The fields it reads. A name with a dot, `draft.reasoning`, is a field of that one stage.
    const READS: RecordShape;
    /// The fields it makes. Those under [`Part::Maybe`](dspex_signature::Part::Maybe) are absent
    /// when it is skipped.
    const MAKES: RecordShape;
    /// What it makes when it is not skipped, as a record.
    type Output: Record;

    /// Runs once. `fields` holds what `READS` names, under those names; a field that nobody made
    /// is absent.
    ///
    /// # Errors
    /// Whatever keeps the stage from making its fields.
    fn run<'a>(
        &'a self,
        fields: &'a Fields,
        context: &'a StageContext,
    ) -> BoxFuture<'a, Result<StageOutcome, StageError>>;

    /// What planning and reports have to know beside the fields.
    fn about(&self) -> About {
        About::default()
    }
}

/// What is said about a stage beside its fields.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct About {
    /// Stages that have to end before it starts, although it reads nothing from them.
    pub after: Vec<String>,
    /// Where it would run if it ran now; `None` where it cannot.
    pub runs_on: Option<RanOn>,
    /// Where it reports of its own accord, if anywhere.
    pub recorder: Option<Recorder>,
}

impl Default for About {
    /// A Rust function that runs as soon as what it reads is there.
    fn default() -> Self {
        Self { after: Vec::new(), runs_on: Some(RanOn::Function), recorder: None }
    }
}

impl About {
    /// What is known about two stages that stand in one place, this one first.
    pub(crate) fn with(mut self, other: Self) -> Self {
        self.after.extend(other.after);
        self.recorder = self.recorder.or(other.recorder);
        self
    }
}

/// A stage without its types, as a pipeline keeps it.
pub(crate) trait ErasedStage: Send + Sync {
    fn run<'a>(
        &'a self,
        fields: &'a Fields,
        context: &'a StageContext,
    ) -> BoxFuture<'a, Result<StageOutcome, StageError>>;

    fn about(&self) -> About;
}

impl<S: Stage> ErasedStage for S {
    fn run<'a>(
        &'a self,
        fields: &'a Fields,
        context: &'a StageContext,
    ) -> BoxFuture<'a, Result<StageOutcome, StageError>> {
        Stage::run(self, fields, context)
    }

    fn about(&self) -> About {
        Stage::about(self)
    }
}
