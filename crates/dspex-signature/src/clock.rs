//! Time as a value that is handed in.

use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

/// Tells the time. Object-safe, so that one clock serves a whole program.
pub trait Clock: fmt::Debug + Send + Sync + 'static {
    /// The present moment.
    fn now(&self) -> Instant;

    /// The clock behind this one that goes on by itself, where there is one: [`VirtualClock::auto`].
    fn as_auto(&self) -> Option<&VirtualClock> {
        None
    }
}

/// The machine's monotonic clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Instant {
        Instant::now()
    }
}

/// A clock that stands still until it is told to go on; clones share the time.
///
/// ```
/// use std::time::Duration;
/// use dspex_signature::{Clock, VirtualClock};
///
/// let clock = VirtualClock::new();
/// let before = clock.now();
/// clock.advance(Duration::from_secs(90));
/// assert_eq!(clock.now() - before, Duration::from_secs(90));
/// ```
#[derive(Clone, Debug)]
pub struct VirtualClock {
    start: Instant,
    advanced: Arc<Mutex<Duration>>,
    /// What moves it, where it goes on by itself.
    mover: Option<Arc<Mover>>,
}

impl VirtualClock {
    /// A clock that starts now and stands still.
    #[must_use]
    pub fn new() -> Self {
        Self { start: Instant::now(), advanced: Arc::default(), mover: None }
    }

    /// A clock that jumps ahead to the end of the next wait when everyone waits, so that tests of waits
    /// take no time.
    ///
    /// It stands still until something [moves](Self::move_by) it: a program of `dspex` whose clock it is
    /// does so when it starts, and says there what such a clock is good for.
    #[must_use]
    pub fn auto() -> Self {
        Self { mover: Some(Arc::default()), ..Self::new() }
    }

    /// Lets a clock that goes on by itself be as far as `elapsed` tells, which never goes back. What
    /// moves it already stays; other clocks are told by [`advance`](Self::advance) alone.
    pub fn move_by(&self, elapsed: impl Fn() -> Duration + Send + Sync + 'static) {
        if let Some(mover) = &self.mover {
            mover.0.get_or_init(|| Box::new(elapsed));
        }
    }

    /// Moves the time on.
    pub fn advance(&self, by: Duration) {
        *self.advanced.lock().unwrap_or_else(PoisonError::into_inner) += by;
    }

    /// How far the time has been moved.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        let moved = self.mover.as_ref().and_then(|mover| mover.0.get());
        let moved = moved.map(|elapsed| elapsed()).unwrap_or_default();
        moved + *self.advanced.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for VirtualClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for VirtualClock {
    fn now(&self) -> Instant {
        self.start + self.elapsed()
    }

    fn as_auto(&self) -> Option<&VirtualClock> {
        self.mover.is_some().then_some(self)
    }
}

/// Tells how far a clock that goes on by itself has come.
#[derive(Default)]
struct Mover(OnceLock<Box<dyn Fn() -> Duration + Send + Sync>>);

impl fmt::Debug for Mover {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(if self.0.get().is_some() { "moving" } else { "still" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_goes_on_by_itself_follows_what_moves_it() {
        let (clock, at) = (VirtualClock::auto(), Arc::new(Mutex::new(Duration::ZERO)));
        let second = Duration::from_secs(1);
        assert_eq!(clock.elapsed(), Duration::ZERO);
        let clone = clock.clone();
        let told = at.clone();
        clock.move_by(move || *told.lock().unwrap());
        clock.move_by(|| Duration::from_secs(99));
        *at.lock().unwrap() = second;
        clone.advance(second);
        assert_eq!((clock.elapsed(), clone.elapsed()), (2 * second, 2 * second));
        assert!(clock.as_auto().is_some());
        let still = VirtualClock::new();
        still.move_by(|| Duration::from_secs(99));
        assert!(still.as_auto().is_none() && still.elapsed() == Duration::ZERO);
    }
}
