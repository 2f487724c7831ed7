//! The pipeline itself: a plan, its stages, and what they did since start.

use std::fmt;
use std::marker::PhantomData;
use std::sync::{Arc, Mutex, PoisonError};

use dspex_signature::{Fields, Record};
use dspex_telemetry::Recorder;
use futures_util::Stream;

use super::{Run, RunAll};
use crate::builder::{Input, PipelineBuilder};
use crate::plan::{Plan, Planned};
use crate::report::{Report, Tally};
use crate::stage::ErasedStage;

/// A graph of stages that makes an `O` from an `I`. Cheap to clone; clones count together.
///
/// ```
/// use dspex_pipeline::{Pipeline, pipeline};
/// use dspex_signature::{Fields, fields};
///
/// fn shout(ticket: Fields) -> Fields {
///     let text: String = ticket.get("text").unwrap_or_default();
///     fields! { "loud" => text.to_uppercase() }
/// }
///
/// # tokio::runtime::Builder::new_current_thread().enable_time().build()?.block_on(async {
/// let loud: Pipeline = pipeline!(loud: Fields => Fields { shout = shout; })?;
/// let done = loud.run(fields! { "text" => "late again" }).await?;
/// assert_eq!(done.get::<String>("loud")?, "LATE AGAIN");
/// # Ok::<(), Box<dyn std::error::Error>>(()) })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Pipeline<I = Fields, O = Fields> {
    pub(super) core: Arc<Core>,
    pub(super) recorder: Recorder,
    types: PhantomData<fn(I) -> O>,
}

/// What clones of a pipeline and its runs share.
pub(crate) struct Core {
    plan: Plan,
    stages: Vec<Arc<dyn ErasedStage>>,
    tallies: Vec<Mutex<Tally>>,
}

impl Core {
    pub(crate) fn planned(&self) -> &Planned {
        self.plan.planned()
    }

    /// The stage of a node; the input has none.
    pub(crate) fn stage(&self, node: usize) -> &dyn ErasedStage {
        self.stages[node - 1].as_ref()
    }

    pub(crate) fn stages(&self) -> &[Arc<dyn ErasedStage>] {
        &self.stages
    }

    /// Counts how a node ended.
    pub(crate) fn count(&self, node: usize, record: &crate::report::StageRecord) {
        self.tallies[node - 1].lock().unwrap_or_else(PoisonError::into_inner).add(record);
    }
}

impl fmt::Debug for Core {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = &self.planned().name;
        formatter.debug_struct("Pipeline").field("name", name).finish_non_exhaustive()
    }
}

impl Pipeline {
    /// A builder for a pipeline that starts from an `I`.
    pub fn builder<I: Record>(name: &str) -> PipelineBuilder<Input<I>> {
        PipelineBuilder::new(name)
    }
}

impl<I: Record, O: Record> Pipeline<I, O> {
    pub(crate) fn new(plan: Plan, stages: Vec<Arc<dyn ErasedStage>>) -> Self {
        let tallies = stages.iter().map(|_| Mutex::default()).collect();
        let recorder = stages.iter().find_map(|stage| stage.about().recorder);
        let core = Arc::new(Core { plan, stages, tallies });
        Self { core, recorder: recorder.unwrap_or_default(), types: PhantomData }
    }

    /// The same pipeline, telling this recorder how each stage ends.
    ///
    /// Unless it is given one, a pipeline reports where its first module does. Modules report
    /// their calls to the recorder of their own program in any case.
    #[must_use]
    pub fn recorder(mut self, recorder: Recorder) -> Self {
        self.recorder = recorder;
        self
    }

    /// One run; await it, or take its events.
    pub fn run(&self, input: I) -> Run<O> {
        Run::new(self.core.clone(), self.recorder.clone(), input.into_fields())
    }

    /// Runs for all inputs, several at a time.
    pub fn run_all(&self, inputs: impl Stream<Item = I> + Send + 'static) -> RunAll<I, O> {
        RunAll::new(self.clone(), inputs)
    }

    /// Who feeds whom.
    #[must_use]
    pub fn plan(&self) -> Plan {
        self.core.plan.clone()
    }

    /// The pipeline's name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.core.plan.name()
    }

    /// The figures of all runs since the pipeline was built, failed ones included.
    #[must_use]
    pub fn report(&self) -> Report {
        let tally =
            |tally: &Mutex<Tally>| tally.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let tallies: Vec<Tally> = self.core.tallies.iter().map(tally).collect();
        Report::new(self.core.planned(), &tallies)
    }
}

impl<I, O> Clone for Pipeline<I, O> {
    fn clone(&self) -> Self {
        let (core, recorder) = (self.core.clone(), self.recorder.clone());
        Self { core, recorder, types: PhantomData }
    }
}

impl<I, O> fmt::Debug for Pipeline<I, O> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.core.fmt(formatter)
    }
}
