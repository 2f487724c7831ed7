//! A key that a program prints: run once for all who wait, and again where its key was refused.

use std::fmt;
use std::io;
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::io::AsyncReadExt as _;
use tokio::process;
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

use super::{MAX_KEY, Secret};
use crate::running::Running;

/// The longest that a program may take.
const LIMIT: Duration = Duration::from_secs(10);
/// How long a program is left alone that had no other key than the refused one.
const REST: Duration = Duration::from_secs(60);

/// A program that prints a key.
pub(super) struct Command {
    program: String,
    arguments: Vec<String>,
    kept: Mutex<Kept>,
    n_runs: AtomicU64,
}

/// How the last run ended that said something new.
#[derive(Default)]
struct Kept {
    said: Option<Result<Arc<Secret>, String>>,
    /// When the program was last asked for another key and had none.
    asked_in_vain: Option<Instant>,
}

impl Command {
    pub(super) fn new(program: String, arguments: Vec<String>) -> Self {
        Self { program, arguments, kept: Mutex::default(), n_runs: AtomicU64::new(0) }
    }

    pub(super) fn program(&self) -> &str {
        &self.program
    }

    /// The key; the program runs again where it is the one that was `refused`.
    ///
    /// # Errors
    /// What the program does instead of printing one.
    pub(super) async fn key(&self, refused: Option<&Arc<Secret>>) -> Result<Arc<Secret>, String> {
        let n_runs = self.n_runs.load(Ordering::Relaxed);
        // Held while the program runs, so that it runs once for all.
        let mut kept = self.kept.lock().await;
        let has_run_meanwhile = self.n_runs.load(Ordering::Relaxed) != n_runs;
        match &kept.said {
            Some(Ok(key)) if refused != Some(key) || kept.rests() => return Ok(key.clone()),
            Some(Err(why)) if has_run_meanwhile => return Err(why.clone()),
            _ => {}
        }
        let said = self.run().await;
        self.n_runs.fetch_add(1, Ordering::Relaxed);
        kept.hear(&said);
        said
    }

    async fn run(&self) -> Result<Arc<Secret>, String> {
        let Ok(ended) = timeout(LIMIT, self.output()).await else {
            return Err(format!("took longer than {LIMIT:?}"));
        };
        let (printed, status) = ended.map_err(|error| format!("cannot be run: {error}"))?;
        match status {
            Some(status) if !status.success() => Err(format!("failed ({status})")),
            _ => Secret::parse(&printed, "printed").map(Arc::new),
        }
    }

    /// What the program prints, and how it ends; one that prints too much is not heard to its end.
    async fn output(&self) -> io::Result<(Vec<u8>, Option<ExitStatus>)> {
        let mut command = process::Command::new(&self.program);
        command.args(&self.arguments);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut running = Running::start(command)?;
        let mut printed = Vec::new();
        if let Some(stdout) = running.0.stdout.take() {
            stdout.take(MAX_KEY as u64 + 1).read_to_end(&mut printed).await?;
        }
        if printed.len() > MAX_KEY {
            return Ok((printed, None));
        }
        let status = running.0.wait().await?;
        Ok((printed, Some(status)))
    }
}

impl Kept {
    /// Whether it would be too early to ask for another key.
    fn rests(&self) -> bool {
        self.asked_in_vain.is_some_and(|at| at.elapsed() < REST)
    }

    fn hear(&mut self, said: &Result<Arc<Secret>, String>) {
        let has_key = matches!(self.said, Some(Ok(_)));
        match said {
            // A key that is there stays, for it may be taken again.
            Err(_) if has_key => self.asked_in_vain = Some(Instant::now()),
            Ok(_) if self.said.as_ref() == Some(said) => self.asked_in_vain = Some(Instant::now()),
            _ => *self = Self { said: Some(said.clone()), asked_in_vain: None },
        }
    }
}

impl PartialEq for Command {
    fn eq(&self, other: &Self) -> bool {
        (&self.program, &self.arguments) == (&other.program, &other.arguments)
    }
}

impl fmt::Debug for Command {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.program, formatter)
    }
}

#[cfg(test)]
mod tests;
