//! The pieces of a streamed call on their way from a worker to whoever reads them: never more than there
//! is credit for, so that a slow reader makes Python wait.

use dspex_signature::{Fields, Value};
use futures_util::stream::{self, StreamExt as _};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::pool::Source;
use crate::call::{CallError, CallErrorKind, CallEvent, CallEvents, Outcome};

/// How many chunks Python may send before one was read; it has the same number.
const CREDIT: usize = 16;

/// After how many that were read Python may send as many more.
const GRANT: usize = CREDIT / 2;

/// Where chunks go in.
pub(super) struct Sink(mpsc::Sender<(Value, Source)>);

/// Where chunks come out.
struct Chunks {
    chunks: mpsc::Receiver<(Value, Source)>,
    n_read: usize,
}

/// The events of a call that runs once they are read. It has a task of its own, so that it ends at its
/// deadline even where nobody reads; dropping the events drops the task.
pub(super) fn events<F>(run: impl FnOnce(Sink) -> F + Send + 'static) -> CallEvents
where
    F: Future<Output = Result<Outcome, CallError>> + Send + 'static,
{
    let begin = || {
        let (sink, chunks) = mpsc::channel(CREDIT);
        let mut task = JoinSet::new();
        task.spawn(run(Sink(sink)));
        Running { chunks: Chunks { chunks, n_read: 0 }, task }
    };
    stream::once(async move { begin() }).flat_map(Running::into_events).boxed()
}

/// A call that runs.
struct Running {
    chunks: Chunks,
    task: JoinSet<Result<Outcome, CallError>>,
}

impl Running {
    fn into_events(self) -> CallEvents {
        let next = |running: Option<Self>| async move {
            let mut running = running?;
            let event = running.next().await;
            let goes_on = !matches!(event, Ok(CallEvent::Done(_)) | Err(_));
            Some((event, goes_on.then_some(running)))
        };
        stream::unfold(Some(self), next).boxed()
    }

    async fn next(&mut self) -> Result<CallEvent<Fields>, CallError> {
        tokio::select! {
            // Chunks that came before the result are read before it.
            biased;
            Some(chunk) = self.chunks.next() => read(chunk),
            done = self.task.join_next() => match done {
                Some(Ok(outcome)) => outcome.map(CallEvent::Done),
                _ => Err(broken("the task of a streamed call panicked")),
            },
        }
    }
}

/// A chunk as the event that it tells of.
fn read(chunk: Value) -> Result<CallEvent<Fields>, CallError> {
    let Value::Map(mut chunk) = chunk else { return Err(broken("a chunk is no map")) };
    if let Some(yielded) = chunk.remove("yielded") {
        return Ok(CallEvent::Yielded(yielded));
    }
    match (chunk.remove("output"), chunk.remove("text")) {
        (Some(Value::Text(output)), Some(Value::Text(piece))) => {
            Ok(CallEvent::Text { output, piece })
        }
        _ => Err(broken("a chunk is neither text nor was it yielded")),
    }
}

fn broken(message: &str) -> CallError {
    CallErrorKind::Protocol { message: message.to_owned() }.into()
}

impl Sink {
    /// Takes a chunk; `false` where there was no credit for it. One that nobody reads any more is dropped.
    pub(super) fn take(&self, chunk: Value, source: Source) -> bool {
        let sent = self.0.try_send((chunk, source));
        !matches!(sent, Err(mpsc::error::TrySendError::Full(_)))
    }
}

impl Chunks {
    /// The next chunk; `None` once the call is over.
    pub(super) async fn next(&mut self) -> Option<Value> {
        let (chunk, source) = self.chunks.recv().await?;
        self.n_read += 1;
        if self.n_read == GRANT {
            self.n_read = 0;
            source.grant(GRANT);
        }
        Some(chunk)
    }
}
