//! Many calls at once, so many at a time, answered in order: `dspy.Parallel`.

use std::sync::atomic::{AtomicU32, Ordering};

use dspex_bridge::{CallError, CallErrorKind, Prediction};
use dspex_signature::Record;
use futures_util::stream::{self, StreamExt};

use crate::Call;

/// Runs many calls, a bounded number at a time.
///
/// ```no_run
/// # use dspex_orchestrator::{Module, Parallel};
/// # use dspex_signature::fields;
/// # async fn example(ask: Module, questions: Vec<String>) {
/// let calls = questions.into_iter().map(|question| ask.call(fields! { "question" => question }));
/// for reply in Parallel::new(8).run(calls).await {
///     match reply {
///         Ok(reply) => println!("{}", reply["answer"]),
///         Err(error) => eprintln!("{error}"),
///     }
/// }
/// # }
/// ```
///
/// Source: `dspy.Parallel`, which runs threads and ends at the last of too many errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parallel {
    n_at_a_time: usize,
    max_errors: Option<u32>,
}

impl Parallel {
    /// At most so many calls at a time; one at least.
    #[must_use]
    pub const fn new(n_at_a_time: usize) -> Self {
        let n_at_a_time = if n_at_a_time == 0 { 1 } else { n_at_a_time };
        Self { n_at_a_time, max_errors: None }
    }

    /// The same, which begins no further call once so many have failed; those that were not begun are
    /// cancelled.
    #[must_use]
    pub const fn max_errors(mut self, max_errors: u32) -> Self {
        self.max_errors = Some(max_errors);
        self
    }

    /// What came of each call, in the order of the calls. Calls are made as others end, so that an
    /// iterator may be as long as it likes; dropping the future drops the calls under way.
    pub async fn run<O: Record>(
        self,
        calls: impl IntoIterator<Item = Call<O>>,
    ) -> Vec<Result<Prediction<O>, CallError>> {
        let n_failed = AtomicU32::new(0);
        let is_over = || {
            self.max_errors.is_some_and(|max_errors| n_failed.load(Ordering::Relaxed) >= max_errors)
        };
        let run = |call: Call<O>| {
            let (is_over, n_failed) = (&is_over, &n_failed);
            async move {
                if is_over() {
                    return Err(CallErrorKind::Cancelled.into());
                }
                let reply = call.await;
                if reply.is_err() {
                    n_failed.fetch_add(1, Ordering::Relaxed);
                }
                reply
            }
        };
        stream::iter(calls).map(run).buffered(self.n_at_a_time).collect().await
    }
}
