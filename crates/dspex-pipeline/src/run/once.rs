//! One run that has not started yet.

use std::collections::VecDeque;
use std::fmt;
use std::future::IntoFuture;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use dspex_signature::{Fields, Record};
use dspex_telemetry::Recorder;
use futures_util::future::BoxFuture;
use futures_util::stream::{self, BoxStream, StreamExt};

use super::execution::{Execution, Step};
use super::pipeline::Core;
use super::{Completed, PipelineError, RunEvent};
use crate::stage::StageContext;

/// A pipeline and one input. Nothing happens until it is awaited, or its events are.
///
/// The run belongs to whoever awaits it: dropped, it cancels its stages.
#[must_use = "a run does nothing until it is awaited"]
pub struct Run<O> {
    core: Arc<Core>,
    recorder: Recorder,
    input: Fields,
    within: Option<Duration>,
    output: PhantomData<fn() -> O>,
}

impl<O: Record> Run<O> {
    pub(super) const fn new(core: Arc<Core>, recorder: Recorder, input: Fields) -> Self {
        Self { core, recorder, input, within: None, output: PhantomData }
    }

    /// The same run, to end within this time of its start.
    pub const fn within(mut self, within: Duration) -> Self {
        self.within = Some(within);
        self
    }

    /// The run as a stream of events; the output is the last of them, or an error is.
    ///
    /// The stages go on while the stream is polled: who does not read holds them back, and no
    /// more events are kept than one stage makes.
    #[must_use = "a stream does nothing until it is read"]
    pub fn stream(self) -> BoxStream<'static, Result<RunEvent<O>, PipelineError>> {
        let state = Events { execution: Some(self.start()), pending: VecDeque::new() };
        stream::unfold(state, |mut events| async move {
            let event = events.next().await?;
            Some((event, events))
        })
        .boxed()
    }

    fn start(self) -> Execution {
        let context = StageContext::new(self.recorder);
        let context = match self.within {
            Some(within) => context.within(within),
            None => context,
        };
        Execution::new(self.core, context, self.input)
    }
}

impl<O: Record> IntoFuture for Run<O> {
    type Output = Result<Completed<O>, PipelineError>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let mut execution = self.start();
            let fields = execution.finish().await?;
            complete(&execution, &fields)
        })
    }
}

impl<O> fmt::Debug for Run<O> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Run")
            .field("pipeline", &self.core.planned().name)
            .field("within", &self.within)
            .finish_non_exhaustive()
    }
}

fn complete<O: Record>(
    execution: &Execution,
    fields: &Fields,
) -> Result<Completed<O>, PipelineError> {
    match O::from_fields(fields) {
        Ok(output) => Ok(Completed::new(output, execution.record())),
        Err(error) => Err(execution.unfit(error)),
    }
}

/// The events of a run, made as they are asked for.
struct Events<O> {
    /// `None` once the last event was given.
    execution: Option<Execution>,
    pending: VecDeque<RunEvent<O>>,
}

impl<O: Record> Events<O> {
    async fn next(&mut self) -> Option<Result<RunEvent<O>, PipelineError>> {
        if let Some(event) = self.pending.pop_front() {
            return Some(Ok(event));
        }
        let execution = self.execution.as_mut()?;
        let event = match execution.step().await {
            Some(Ok(step)) => Ok(self.tell(step)?),
            Some(Err(error)) => Err(error),
            None => complete(execution, &execution.output()).map(RunEvent::Done),
        };
        if matches!(event, Err(_) | Ok(RunEvent::Done(_))) {
            self.execution = None;
        }
        Some(event)
    }

    /// The event of a step; what else it means waits for its turn.
    fn tell(&mut self, step: Step) -> Option<RunEvent<O>> {
        let execution = self.execution.as_ref()?;
        let name = |node: usize| execution.name(node).to_owned();
        let event = match step {
            Step::Started(node) => return Some(RunEvent::Started { stage: name(node) }),
            Step::Skipped(node, why) => RunEvent::Skipped { stage: name(node), why },
            Step::Finished(node) => {
                let (fields, ran_on) = (execution.made(node), execution.record_of(node).ran_on);
                let ran_on = ran_on.unwrap_or_default();
                RunEvent::Finished { stage: name(node), fields, ran_on }
            }
        };
        let (done, of) = execution.progress();
        self.pending.push_back(RunEvent::Progress { done, of });
        Some(event)
    }
}
