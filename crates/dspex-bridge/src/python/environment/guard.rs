//! One set-up at a time works on an environment; others wait.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use super::{EnvironmentError, Progress, ProgressEvent};

/// How often a waiting set-up looks again; the operating system offers no wait with a limit.
const LOOK_AGAIN: Duration = Duration::from_millis(100);

/// Holds the lock file until it is dropped, or this process and all it kept busy are dead.
#[must_use]
#[derive(Debug)]
pub(super) struct Guard {
    file: File,
    path: PathBuf,
}

impl Guard {
    /// Lets `command` hold the lock as well, as its standard input, which is an empty file.
    ///
    /// An installer outlives a set-up that is killed, and goes on writing: the next set-up must
    /// wait for its end before it empties the directory.
    pub(super) fn share_with(&self, command: &mut Command) -> Result<(), EnvironmentError> {
        let file = self.file.try_clone();
        let file = file.map_err(|source| EnvironmentError::io("sharing", &self.path, source))?;
        command.stdin(file);
        Ok(())
    }

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
            .read(true)
            .write(true)
            .open(lock)
            .map_err(|source| EnvironmentError::io("opening", lock, source))?;
        let started = Instant::now();
        let mut told = false;
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Self { file, path: lock.to_owned() }),
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
    use super::super::{Silent, process};
    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_program_that_outlives_its_set_up_still_holds_the_lock() {
        let directory = tempfile::tempdir().unwrap();
        let lock = directory.path().join("lock");
        let wait = || Guard::wait(&lock, directory.path(), Duration::ZERO, &mut Silent);
        let guard = wait().unwrap();
        let mut command = process::command("sleep");
        guard.share_with(command.arg("600")).unwrap();
        let mut child = command.spawn().unwrap();
        // The command keeps a handle of its own, as a set-up would until it is killed.
        drop((guard, command));
        assert!(matches!(wait(), Err(EnvironmentError::Busy { .. })));
        child.kill().unwrap();
        child.wait().unwrap();
        drop(wait().unwrap());
    }

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
