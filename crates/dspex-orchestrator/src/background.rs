//! Work that no call waits for: one piece at a time, ended with the program.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinSet;

/// The background of a program. Dropping it ends what runs there.
#[derive(Debug)]
pub(crate) struct Background {
    turns: Arc<Semaphore>,
    tasks: Mutex<JoinSet<()>>,
}

impl Default for Background {
    fn default() -> Self {
        Self { turns: Arc::new(Semaphore::new(1)), tasks: Mutex::default() }
    }
}

impl Background {
    /// The right to do something; `None` while something else is done.
    pub(crate) fn turn(&self) -> Option<OwnedSemaphorePermit> {
        self.turns.clone().try_acquire_owned().ok()
    }

    /// Does something meanwhile.
    pub(crate) fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        let mut tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        while tasks.try_join_next().is_some() {}
        tasks.spawn(work);
    }
}
