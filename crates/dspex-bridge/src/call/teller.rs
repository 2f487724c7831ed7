//! Events on their way from a call that runs to whoever reads them.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use dspex_signature::Fields;
use futures_util::future::BoxFuture;
use futures_util::stream::{self, BoxStream, StreamExt as _};
use tokio::sync::mpsc;

use super::{CallError, CallEvent, Prediction};

/// Takes the events of a call, one at a time: whoever tells one waits until it was read, so that a
/// slow reader makes the call wait. Clones tell the same reader.
#[derive(Clone, Debug, Default)]
pub struct Teller(Option<Arc<Reader>>);

/// Who is told, and how much was.
#[derive(Debug)]
struct Reader {
    events: mpsc::Sender<CallEvent<Fields>>,
    n_told: AtomicUsize,
}

impl Teller {
    /// Whether anybody reads.
    #[must_use]
    pub const fn has_reader(&self) -> bool {
        self.0.is_some()
    }

    /// How many events were told.
    #[must_use]
    pub fn n_told(&self) -> usize {
        self.0.as_ref().map_or(0, |reader| reader.n_told.load(Ordering::Relaxed))
    }

    /// Tells an event, which is no [`CallEvent::Done`], and waits until it was read.
    pub async fn tell(&self, event: CallEvent<Fields>) {
        let Some(reader) = &self.0 else { return };
        reader.n_told.fetch_add(1, Ordering::Relaxed);
        // There is room for one. That there is again says that this one was taken; where the reader
        // is gone, the call is about to be dropped.
        if reader.events.send(event).await.is_ok() {
            let _room = reader.events.reserve().await;
        }
    }

    /// The events of a call that `run` makes and tells of, then its answer or error.
    ///
    /// The call runs while the events are waited for and at no other time: one that nobody reads stands
    /// still, and dropping the events ends it.
    pub fn events<T, F>(
        run: impl FnOnce(Self) -> F,
    ) -> BoxStream<'static, Result<CallEvent<T>, CallError>>
    where
        T: 'static,
        F: Future<Output = Result<Prediction<T>, CallError>> + Send + 'static,
    {
        let (events, told) = mpsc::channel(1);
        let run = run(Self(Some(Arc::new(Reader { events, n_told: AtomicUsize::new(0) }))));
        let running = Running { run: Box::pin(run), told };
        stream::unfold(Some(running), |running| async move { running?.next().await }).boxed()
    }
}

/// A call that runs.
struct Running<T> {
    run: BoxFuture<'static, Result<Prediction<T>, CallError>>,
    told: mpsc::Receiver<CallEvent<Fields>>,
}

impl<T> Running<T> {
    /// The next event, and what goes on after it.
    async fn next(mut self) -> Option<(Result<CallEvent<T>, CallError>, Option<Self>)> {
        loop {
            tokio::select! {
                biased;
                Some(event) = self.told.recv() => {
                    // The answer is no event that is told on the way.
                    if let ControlFlow::Continue(event) = event.told() {
                        return Some((Ok(event), Some(self)));
                    }
                }
                done = &mut self.run => return Some((done.map(CallEvent::Done), None)),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicBool;

    use dspex_signature::{Value, fields};

    use super::*;
    use crate::call::{EngineKind, Meta};

    fn yielded(number: i64) -> CallEvent<Fields> {
        CallEvent::Yielded(number.into())
    }

    fn answer() -> Prediction<Fields> {
        Prediction::new(fields! { "a" => 1 }, Meta::new(EngineKind::Native, "m"))
    }

    #[tokio::test]
    async fn a_call_waits_for_its_reader() {
        let n_done = Arc::new(AtomicUsize::new(0));
        let counted = n_done.clone();
        let mut events = Teller::events(|teller| async move {
            for number in 0..3 {
                assert_eq!(teller.n_told(), usize::try_from(number).unwrap());
                teller.tell(yielded(number)).await;
                counted.fetch_add(1, Ordering::Relaxed);
            }
            Ok(answer())
        });
        for number in 0..3 {
            let Some(Ok(CallEvent::Yielded(value))) = events.next().await else { panic!() };
            assert_eq!(value, Value::from(number));
            // The call goes on when the next event is asked for.
            assert_eq!(n_done.load(Ordering::Relaxed), usize::try_from(number).unwrap());
        }
        assert!(matches!(events.next().await, Some(Ok(CallEvent::Done(_)))));
        assert!(events.next().await.is_none());
    }

    #[tokio::test]
    async fn nothing_runs_that_nobody_reads() {
        let has_run = Arc::new(AtomicBool::new(false));
        let seen = has_run.clone();
        let events = Teller::events(|_| async move {
            seen.store(true, Ordering::Relaxed);
            Ok(answer())
        });
        tokio::task::yield_now().await;
        drop(events);
        assert!(!has_run.load(Ordering::Relaxed));
        Teller::default().tell(yielded(1)).await;
        assert!(!Teller::default().has_reader());
    }
}
