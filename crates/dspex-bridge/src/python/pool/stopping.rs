//! Calls that were cancelled and have not stopped yet.

use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// How long a cancelled call may take to stop before its worker is given up.
const CANCEL_GRACE: Duration = Duration::from_secs(2);

/// The cancelled calls of one worker.
#[derive(Debug, Default)]
pub(super) struct Stopping {
    /// Those that may still stop in time, and until when; the oldest first.
    asked: Vec<(u64, Instant)>,
    /// Those that did not.
    late: Vec<u64>,
}

impl Stopping {
    /// A call was asked to stop.
    pub(super) fn ask(&mut self, call: u64) {
        self.asked.push((call, Instant::now() + CANCEL_GRACE));
    }

    /// A call is over.
    pub(super) fn ended(&mut self, call: u64) {
        self.asked.retain(|(asked, _)| *asked != call);
        self.late.retain(|late| *late != call);
    }

    /// Waits until a call is late.
    pub(super) async fn is_late(&self) {
        match self.asked.first() {
            Some((_, at)) => sleep_until(*at).await,
            None => std::future::pending().await,
        }
    }

    /// Gives up the call that is late, and with it the worker, which cannot be trusted any more.
    pub(super) fn give_up(&mut self) {
        if !self.asked.is_empty() {
            self.late.push(self.asked.remove(0).0);
        }
    }

    /// The calls that did not stop in time.
    pub(super) fn late(&self) -> &[u64] {
        &self.late
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_call_that_does_not_stop_is_late() {
        let mut stopping = Stopping::default();
        stopping.ask(1);
        stopping.ask(2);
        stopping.ended(1);
        let asked = Instant::now();
        stopping.is_late().await;
        assert_eq!(asked.elapsed(), CANCEL_GRACE);
        stopping.give_up();
        assert_eq!(stopping.late(), [2]);
        stopping.ended(2);
        assert!(stopping.late().is_empty());
    }
}
