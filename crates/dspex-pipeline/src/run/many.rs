//! Runs over many inputs, several at a time.

use std::fmt;
use std::future::IntoFuture;
use std::time::Duration;

use dspex_signature::Record;
use futures_util::stream::{BoxStream, Stream, StreamExt};
use tokio::task::JoinSet;

use super::{Completed, Pipeline, PipelineError, Run};

/// How many runs are in flight unless `at_most` says otherwise.
const AT_MOST: usize = 8;

/// A pipeline and a stream of inputs. Nothing happens until its outputs are read.
#[must_use = "`stream` gives the outputs"]
pub struct RunAll<I, O> {
    pipeline: Pipeline<I, O>,
    inputs: BoxStream<'static, I>,
    at_most: usize,
    ordered: bool,
    within: Option<Duration>,
}

impl<I: Record, O: Record> RunAll<I, O> {
    pub(super) fn new(
        pipeline: Pipeline<I, O>,
        inputs: impl Stream<Item = I> + Send + 'static,
    ) -> Self {
        Self { pipeline, inputs: inputs.boxed(), at_most: AT_MOST, ordered: false, within: None }
    }

    /// Has this many runs in flight at most, 8 unless said otherwise; 0 counts as 1.
    pub const fn at_most(mut self, at_most: usize) -> Self {
        self.at_most = if at_most == 0 { 1 } else { at_most };
        self
    }

    /// Gives the outputs in the order of their inputs; else each comes when it is there.
    ///
    /// Outputs that wait for an earlier one count as in flight.
    pub const fn ordered(mut self) -> Self {
        self.ordered = true;
        self
    }

    /// Gives each run this long.
    pub const fn within(mut self, within: Duration) -> Self {
        self.within = Some(within);
        self
    }

    /// The outputs. A run that fails is one item; the others go on.
    ///
    /// Each run is a task of its own, so that runs use all threads of the runtime. The inputs are
    /// read only when there is room for one more run. Dropped, the stream cancels its runs.
    #[must_use = "a stream does nothing until it is read"]
    pub fn stream(self) -> BoxStream<'static, Result<Completed<O>, PipelineError>> {
        let Self { pipeline, inputs, at_most, ordered, within } = self;
        let runs = inputs.map(move |input| {
            let run = pipeline.run(input);
            owned(match within {
                Some(within) => run.within(within),
                None => run,
            })
        });
        match ordered {
            true => runs.buffered(at_most).boxed(),
            false => runs.buffer_unordered(at_most).boxed(),
        }
    }
}

/// Runs on a task that ends when this future is dropped.
async fn owned<O: Record>(run: Run<O>) -> Result<Completed<O>, PipelineError> {
    let mut task = JoinSet::new();
    task.spawn(run.into_future());
    match task.join_next().await.expect("one task was spawned") {
        Ok(result) => result,
        Err(error) => match error.try_into_panic() {
            // Panics of stages are errors by now; what is left is a panic while the output was
            // read into the user's type, and belongs to the user.
            Ok(panic) => std::panic::resume_unwind(panic),
            // The runtime is shutting down, and drops this future next.
            Err(_) => std::future::pending().await,
        },
    }
}

impl<I, O> fmt::Debug for RunAll<I, O> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("RunAll")
            .field("pipeline", &self.pipeline)
            .field("at_most", &self.at_most)
            .field("ordered", &self.ordered)
            .field("within", &self.within)
            .finish_non_exhaustive()
    }
}
