//! What can be given as a stage.

use dspex_signature::Record;

use super::{AsyncFunction, Function, Stage, TryFunction};

/// A stage, or a function that becomes one.
///
/// `Marker` keeps the ways apart and is always inferred: a [`Stage`] itself, `Fn(I) -> O`,
/// `Fn(I) -> Result<O, E>`, and `Fn(I) -> impl Future<Output = Result<O, E>>`, where `I` and `O`
/// are records and `E` is any error, or text.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a stage of a pipeline",
    label = "not a stage",
    note = "a stage is a module, a pipeline, or a function of one record (a type with \
            `#[derive(FieldType)]`) that gives a record, a `Result` of one, or a future of that \
            `Result`"
)]
pub trait IntoStage<Marker>: Sized {
    /// The stage it becomes.
    type Stage: Stage;

    /// Makes the stage.
    fn into_stage(self) -> Self::Stage;
}

/// Marks what is a [`Stage`] already.
#[derive(Debug)]
pub enum IsStage {}
/// Marks `Fn(I) -> O`.
#[derive(Debug)]
pub enum IsFunction {}
/// Marks `Fn(I) -> Result<O, E>`.
#[derive(Debug)]
pub enum IsTry {}
/// Marks `Fn(I) -> impl Future<Output = Result<O, E>>`.
#[derive(Debug)]
pub enum IsAsync {}

/// An error that a function of yours may give.
type AnyError = Box<dyn std::error::Error + Send + Sync>;

impl<S: Stage> IntoStage<IsStage> for S {
    type Stage = S;

    fn into_stage(self) -> S {
        self
    }
}

impl<F, I, O> IntoStage<(IsFunction, I, O)> for F
where
    F: Fn(I) -> O + Send + Sync + 'static,
    I: Record,
    O: Record,
{
    type Stage = Function<F, I, O>;

    fn into_stage(self) -> Self::Stage {
        Function::new(self)
    }
}

impl<F, I, O, E> IntoStage<(IsTry, I, O, E)> for F
where
    F: Fn(I) -> Result<O, E> + Send + Sync + 'static,
    I: Record,
    O: Record,
    E: Into<AnyError> + 'static,
{
    type Stage = TryFunction<F, I, O, E>;

    fn into_stage(self) -> Self::Stage {
        TryFunction::new(self)
    }
}

impl<F, I, O, E, W> IntoStage<(IsAsync, I, O, E)> for F
where
    F: Fn(I) -> W + Send + Sync + 'static,
    W: Future<Output = Result<O, E>> + Send + 'static,
    I: Record,
    O: Record,
    E: Into<AnyError> + 'static,
{
    type Stage = AsyncFunction<F, I, O, E>;

    fn into_stage(self) -> Self::Stage {
        AsyncFunction::new(self)
    }
}
