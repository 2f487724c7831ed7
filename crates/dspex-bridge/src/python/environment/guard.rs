//! One set-up at a time works on an environment; others wait.

use std::fs::{File, TryLockError};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use super::{EnvironmentError, Progress, ProgressEvent};

/// How often a waiting set-up looks again; the operating system offers no wait with a limit.
const LOOK_AGAIN: Duration = Duration::from_millis(100);

/// Holds the lock file until it is dropped; the operating system frees it when the process dies.
#[must_use]
#[derive(Debug)]
pub(super) struct Guard {
    _file: File,
}

impl Guard {
    /// Waits until nobody else holds the lock file `lock` of the environment `venv`.
    pub(super) fn wait(
        lock: &Path,
        venv: &Path,
        limit: Duration,
        progress: &mut dyn Progress,
    ) -> Result<Self, EnvironmentError> {
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(lock)
            .map_err(|source| EnvironmentError::io("opening", lock, source))?;
        let started = Instant::now();
        let mut told = false;
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Self { _file: file }),
                Err(TryLockError::Error(source)) => {
                    return Err(EnvironmentError::io("locking", lock, source));
                }
                Err(TryLockError::WouldBlock) if started.elapsed() >= limit => {
                    return Err(EnvironmentError::Busy { path: venv.to_owned(), waited: limit });
                }
                Err(TryLockError::WouldBlock) => {}
            }
            if !told {
                let text = format!("another set-up works on `{}`; waiting for it", venv.display());
                progress.report(ProgressEvent::Warning(&text));
                told = true;
            }
            thread::sleep(LOOK_AGAIN);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Silent;
    use super::*;

    #[test]
    fn a_second_set_up_waits_for_the_first_and_says_so() {
        let directory = tempfile::tempdir().unwrap();
        let lock = directory.path().join("lock");
        let first = Guard::wait(&lock, directory.path(), Duration::ZERO, &mut Silent).unwrap();

        let error = Guard::wait(&lock, directory.path(), Duration::ZERO, &mut Silent).unwrap_err();
        assert!(matches!(error, EnvironmentError::Busy { .. }), "{error}");

        let (sender, receiver) = std::sync::mpsc::channel();
        thread::scope(|scope| {
            let second = scope.spawn(|| {
                let mut progress = |event: ProgressEvent<'_>| {
                    sender.send(format!("{event:?}")).unwrap();
                };
                Guard::wait(&lock, directory.path(), Duration::from_secs(60), &mut progress)
                    .map(drop)
            });
            let told = receiver.recv().unwrap();
            assert!(told.contains("another set-up works on"), "{told}");
            drop(first);
            second.join().unwrap().unwrap();
        });
    }
}
