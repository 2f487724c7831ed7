//! A virtual clock that jumps ahead when everyone waits: tokio's own paused time, as a [`Clock`].
//!
//! [`Clock`]: dspex_signature::Clock

use std::time::Duration;

use dspex_signature::VirtualClock;
use tokio::runtime::{Handle, RuntimeFlavor};
use tokio::time::{Instant, pause};

/// Sets [`VirtualClock::auto`] going: pauses the time of the runtime that this is called in, and lets the
/// clock follow it.
///
/// From here on the runtime's timers go by that time. It stands still while any task can run, and while
/// something of `spawn_blocking` does; when all wait, it jumps to the end of the next timer. What waits
/// for something outside the runtime, such as a socket, another process or a thread, is not seen, and
/// time jumps past it. The clock is to be read within the runtime; elsewhere real time passes.
///
/// # Errors
/// [`NoAutoClock`] where there is no runtime of one thread, whose time alone can be paused.
pub fn set_going(clock: &VirtualClock) -> Result<(), NoAutoClock> {
    let is_one_thread = Handle::try_current()
        .is_ok_and(|runtime| runtime.runtime_flavor() == RuntimeFlavor::CurrentThread);
    if !is_one_thread {
        return Err(NoAutoClock);
    }
    if !is_paused() {
        pause();
    }
    let begun = Instant::now();
    clock.move_by(move || begun.elapsed());
    Ok(())
}

/// There is no runtime whose time could be paused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`VirtualClock::auto` goes by the time of a current-thread runtime, and this is none")]
pub struct NoAutoClock;

/// Whether the runtime's time stands still; to pause it twice is an error.
fn is_paused() -> bool {
    let (paused, real) = (Instant::now(), std::time::Instant::now());
    while real.elapsed() < Duration::from_micros(1) {
        std::hint::spin_loop();
    }
    paused.elapsed().is_zero()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use dspex_signature::Clock as _;
    use dspex_telemetry::Recorder;
    use tokio::task::JoinSet;

    use super::*;
    use crate::CallContext;

    const HOUR: Duration = Duration::from_secs(3600);

    #[tokio::test]
    async fn it_jumps_to_the_next_wait_when_everyone_waits() {
        let (clock, real) = (VirtualClock::auto(), std::time::Instant::now());
        set_going(&clock).unwrap();
        let mut tasks = JoinSet::new();
        for hours in [3, 1, 2] {
            let clock = clock.clone();
            tasks.spawn(async move {
                tokio::time::sleep(hours * HOUR).await;
                (hours, clock.elapsed())
            });
        }
        for expected in 1..=3 {
            // Who can run holds the time.
            for _ in 0..1_000 {
                tokio::task::yield_now().await;
            }
            let so_far = clock.elapsed();
            assert!(so_far < (expected - 1) * HOUR + Duration::from_millis(5), "{so_far:?}");
            let (hours, at) = tasks.join_next().await.unwrap().unwrap();
            assert_eq!(hours, expected);
            // A timer may be a millisecond late.
            assert!(at >= hours * HOUR && at < hours * HOUR + Duration::from_millis(5), "{at:?}");
        }
        assert!(real.elapsed() < Duration::from_secs(60));
    }

    #[tokio::test(start_paused = true)]
    async fn deadlines_of_calls_go_by_it() {
        let clock = VirtualClock::auto();
        set_going(&clock).unwrap();
        // Whoever comes second finds the time paused.
        set_going(&clock).unwrap();
        let before = clock.now();
        let context = CallContext::with_clock(Recorder::new(), Arc::new(clock.clone()));
        let error = context.within(HOUR).bound(std::future::pending::<()>()).await.unwrap_err();
        assert_eq!(error.kind().name(), "deadline");
        assert!(clock.now() - before >= HOUR);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn time_of_many_threads_is_not_paused() {
        assert_eq!(set_going(&VirtualClock::auto()), Err(NoAutoClock));
    }
}
