//! The typed builder: stages in, a pipeline out, wiring checked by rustc.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use dspex_signature::{Record, RecordShape};

use crate::plan::{Plan, StageEntry, WiringError};
use crate::run::Pipeline;
use crate::stage::{ErasedStage, IntoStage, Stage};
use crate::wiring::{Wiring, refuse, unfed};

/// Takes the stages of a pipeline, one after the other; `K` is what is known so far.
///
/// Typed wiring is checked when code is generated: by `cargo build` and `cargo test`, not by
/// `cargo check`.
#[must_use = "`build` makes the pipeline"]
pub struct PipelineBuilder<K> {
    name: String,
    entries: Vec<StageEntry>,
    stages: Vec<Arc<dyn ErasedStage>>,
    known: PhantomData<fn() -> K>,
}

/// What can be read below a point of a pipeline. Implemented by the builder's own types.
pub trait Known: sealed::Sealed + 'static {
    /// The input of the pipeline.
    type Input: Record;

    #[doc(hidden)]
    const WIRING: Wiring;
}

/// Nothing but the input is known.
#[derive(Debug)]
pub struct Input<I>(PhantomData<fn() -> I>);

/// What was known, and what one more stage makes.
#[derive(Debug)]
pub struct Above<K, S>(PhantomData<fn() -> (K, S)>);

mod sealed {
    pub trait Sealed {}
    impl<I> Sealed for super::Input<I> {}
    impl<K, S> Sealed for super::Above<K, S> {}
}

const NOTHING: RecordShape = RecordShape { name: "nothing", open: false, parts: &[] };

impl<I: Record> Known for Input<I> {
    type Input = I;
    const WIRING: Wiring = Wiring { above: None, reads: &NOTHING, makes: &I::SHAPE };
}

impl<K: Known, S: Stage> Known for Above<K, S> {
    type Input = K::Input;
    const WIRING: Wiring = Wiring { above: Some(&K::WIRING), reads: &S::READS, makes: &S::MAKES };
}

impl<I: Record> PipelineBuilder<Input<I>> {
    pub(crate) fn new(name: &str) -> Self {
        Self {
            name: plain(name).to_owned(),
            entries: Vec::new(),
            stages: Vec::new(),
            known: PhantomData,
        }
    }
}

impl<K: Known> PipelineBuilder<K> {
    /// Adds a stage: a module, a function, another pipeline. It may read what stands above it.
    ///
    /// A field that it reads and that is not there, or is of another type, is a compile error.
    pub fn stage<M, S: IntoStage<M>>(
        self,
        name: &str,
        stage: S,
    ) -> PipelineBuilder<Above<K, S::Stage>> {
        const { refuse(unfed(&K::WIRING, &<S::Stage as Stage>::READS)) };
        let Self { name: pipeline, mut entries, mut stages, .. } = self;
        let stage = stage.into_stage();
        entries.push(StageEntry {
            name: plain(name).to_owned(),
            reads: const { &<S::Stage as Stage>::READS },
            makes: const { &<S::Stage as Stage>::MAKES },
            after: Stage::about(&stage).after,
        });
        stages.push(Arc::new(stage));
        PipelineBuilder { name: pipeline, entries, stages, known: PhantomData }
    }

    /// The pipeline, which makes `O` from what its stages make and from its input.
    ///
    /// A field of `O` that is not there, or is of another type, is a compile error.
    ///
    /// # Errors
    /// [`WiringError`] with all faults at once: names given twice, unknown names in `after` or
    /// `from`, stages that wait for each other.
    pub fn build<I, O>(self) -> Result<Pipeline<I, O>, WiringError>
    where
        K: Known<Input = I>,
        I: Record,
        O: Record,
    {
        const { refuse(unfed(&K::WIRING, &O::SHAPE)) };
        let plan = Plan::new(&self.name, const { &I::SHAPE }, &self.entries, const { &O::SHAPE })?;
        Ok(Pipeline::new(plan, self.stages))
    }
}

/// A raw identifier is written `r#match` but means `match`.
fn plain(name: &str) -> &str {
    name.strip_prefix("r#").unwrap_or(name)
}

impl<K> fmt::Debug for PipelineBuilder<K> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.entries.iter().map(|entry| &entry.name).collect();
        formatter
            .debug_struct("PipelineBuilder")
            .field("name", &self.name)
            .field("stages", &names)
            .finish_non_exhaustive()
    }
}
