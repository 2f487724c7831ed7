//! When a worker has served long enough and a fresh one takes its place.

use tokio::time::Instant;

use crate::python::config::Recycle;

/// What a worker has behind it.
#[derive(Debug)]
pub(super) struct Age {
    recycle: Recycle,
    born: Instant,
    pub(super) n_calls: u64,
    fat_with: Option<u64>,
    is_unruly: bool,
}

impl Age {
    pub(super) fn new(recycle: Recycle) -> Self {
        Self { recycle, born: Instant::now(), n_calls: 0, fat_with: None, is_unruly: false }
    }

    /// Takes note that it holds nearly all the memory that it may.
    pub(super) const fn is_fat_with(&mut self, megabytes: u64) {
        self.fat_with = Some(megabytes);
    }

    /// Takes note that a cancelled call stopped too late.
    pub(super) const fn is_unruly(&mut self) {
        self.is_unruly = true;
    }

    /// Why a fresh worker should take its place, where one should.
    pub(super) fn is_over(&self) -> Option<String> {
        if let Some(megabytes) = self.fat_with {
            return Some(format!("it held {megabytes} MB, near its limit"));
        }
        if self.is_unruly {
            return Some("a cancelled call stopped too late".to_owned());
        }
        if self.recycle.after_calls.is_some_and(|most| self.n_calls >= most) {
            return Some(format!("it had served {} calls", self.n_calls));
        }
        match self.recycle.after {
            Some(most) if self.born.elapsed() >= most => {
                Some(format!("it had served for {most:?}"))
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn calls_time_and_memory_make_old() {
        let mut age =
            Age::new(Recycle { after_calls: Some(2), after: Some(Duration::from_secs(60)) });
        age.n_calls = 1;
        assert_eq!(age.is_over(), None);
        tokio::time::advance(Duration::from_secs(60)).await;
        assert_eq!(age.is_over().as_deref(), Some("it had served for 60s"));
        age.n_calls = 2;
        assert_eq!(age.is_over().as_deref(), Some("it had served 2 calls"));
        age.is_fat_with(480);
        assert_eq!(age.is_over().as_deref(), Some("it held 480 MB, near its limit"));
    }
}
