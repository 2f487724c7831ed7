//! Why there is no usable Python environment, where, and what to do next.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::PythonVersion;
use super::fault::InstallFault;

/// An environment could not be made, or is not there.
///
/// The message says what and where, [`hint`](Self::hint) the next step, and
/// [`output`](Self::output) the last lines of the program that failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EnvironmentError {
    /// No interpreter that dspex can use.
    #[error("no Python that dspex runs on ({oldest} or newer, older than {too_new}) is on `PATH`{tried}",
        oldest = short(PythonVersion::OLDEST), too_new = short(PythonVersion::TOO_NEW),
        tried = list(tried))]
    NoPython {
        /// What was looked at, and why it was refused.
        tried: Vec<RefusedPython>,
    },
    /// The interpreter that was asked for cannot be used.
    #[error("{0}")]
    PythonRefused(RefusedPython),
    /// The directory holds something that dspex did not make.
    #[error("`{}` exists and was not made by dspex", path.display())]
    NotOurs {
        /// The directory.
        path: PathBuf,
    },
    /// There is no finished environment here.
    #[error("`{}` is not a finished Python environment: {reason}", path.display())]
    NotReady {
        /// The directory.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The directory of wheels is not there.
    #[error("the wheelhouse `{}` is not a directory", path.display())]
    NoWheelhouse {
        /// The path that was given.
        path: PathBuf,
    },
    /// Neither `uv` nor `pip` can be had.
    #[error("neither `uv` nor `pip` is there for `{}`", python.display())]
    NoInstaller {
        /// The interpreter that lacks them.
        python: PathBuf,
        /// What it wrote when asked for `pip`.
        output: String,
    },
    /// The installer failed.
    #[error("`{installer}` could not install {what} into `{}`: {fault}", path.display())]
    Install {
        /// The program, `uv` or `pip`.
        installer: &'static str,
        /// What was to be installed.
        what: String,
        /// The environment.
        path: PathBuf,
        /// What stopped it.
        fault: InstallFault,
        /// The last lines it wrote.
        output: String,
    },
    /// A package is installed but cannot be imported.
    #[error("`{module}` is installed in `{}` but cannot be imported: {fault}", path.display())]
    Unusable {
        /// The environment.
        path: PathBuf,
        /// The module.
        module: String,
        /// The exception.
        fault: String,
    },
    /// Another set-up of the same directory did not end.
    #[error("another set-up has held `{}` for {waited:.0?}", path.display())]
    Busy {
        /// The environment.
        path: PathBuf,
        /// How long this one waited.
        waited: Duration,
    },
    /// A program did not end in time and was stopped.
    #[error("`{program}` did not end within {limit:.0?} and was stopped")]
    TimedOut {
        /// The program.
        program: String,
        /// How long it had.
        limit: Duration,
        /// The last lines it wrote.
        output: String,
    },
    /// A program failed in a way that has no name of its own.
    #[error("`{program}` failed while {doing}")]
    Program {
        /// The program.
        program: String,
        /// What it was to do.
        doing: &'static str,
        /// The last lines it wrote.
        output: String,
    },
    /// The disk is full.
    #[error("no space is left on the disk of `{}`", path.display())]
    DiskFull {
        /// What was being written.
        path: PathBuf,
    },
    /// The file system refused.
    #[error("{doing} `{}` was refused", path.display())]
    Io {
        /// What was being done, as in `writing`.
        doing: &'static str,
        /// To which path.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl EnvironmentError {
    /// The failure `source` of `doing` something to `path`; a full disk gets its own variant.
    pub(super) fn io(doing: &'static str, path: impl AsRef<Path>, source: io::Error) -> Self {
        let path = path.as_ref().to_owned();
        match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::DiskFull { path },
            _ => Self::Io { doing, path, source },
        }
    }

    /// The next step.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::NoPython { .. } => "install Python 3.11, or name one with `--python PATH`".into(),
            Self::PythonRefused(refused) => refused.reason.hint().into(),
            Self::NotOurs { .. } => {
                "name another directory with `--venv DIR`, or move this one away".into()
            }
            Self::NotReady { .. } => format!("run {SETUP}"),
            Self::NoWheelhouse { .. } => {
                "fill one where there is a network: `pip download --no-deps --require-hashes -d DIR -r \
                 LOCK_FILE`, once for each lock file".into()
            }
            Self::NoInstaller { .. } => {
                "install `uv`, or `pip` (Debian and Ubuntu: `apt install python3-venv`)".into()
            }
            Self::Install { fault, .. } => fault.hint().into(),
            Self::Unusable { .. } => {
                format!("delete the environment's `dspex/stamp.json` and run {SETUP}")
            }
            Self::Busy { .. } => "wait for it, or end the process that holds it".into(),
            Self::TimedOut { .. } => "try again; if it stays, check the network".into(),
            Self::Program { .. } => {
                "read what it wrote; `--python PATH` chooses another Python".into()
            }
            Self::DiskFull { .. } => InstallFault::DiskFull.hint().into(),
            Self::Io { .. } => "check that the path exists and may be written".into(),
        }
    }

    /// The last lines that the failed program wrote; empty where none ran.
    #[must_use]
    pub fn output(&self) -> &str {
        match self {
            Self::NoInstaller { output, .. }
            | Self::Install { output, .. }
            | Self::TimedOut { output, .. }
            | Self::Program { output, .. } => output,
            _ => "",
        }
    }
}

/// The command that mends an environment, for people in and outside a checkout.
const SETUP: &str = "`dspex setup` (from a checkout: `cargo xtask setup`)";

/// An interpreter that was looked at and not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{python}` {reason}")]
pub struct RefusedPython {
    /// The name or path that was tried.
    pub python: String,
    /// Why it was not taken.
    pub reason: Refusal,
}

/// Why an interpreter cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// There is no such program.
    #[error("was not found")]
    NotFound,
    /// Older than [`PythonVersion::OLDEST`].
    #[error("is {0}, older than {oldest}", oldest = short(PythonVersion::OLDEST))]
    TooOld(PythonVersion),
    /// Not older than [`PythonVersion::TOO_NEW`].
    #[error("is {0}, newer than any that DSPy 3.4.1 and its dependencies support")]
    TooNew(PythonVersion),
    /// Another implementation of Python.
    #[error("is {0}, not CPython")]
    NotCPython(String),
    /// It does not run, or does not answer as a Python does.
    #[error("does not run: {0}")]
    DoesNotRun(String),
}

impl Refusal {
    const fn hint(&self) -> &'static str {
        match self {
            Self::NotFound => "check the path given with `--python`",
            Self::TooOld(_) | Self::TooNew(_) => {
                "install Python 3.11 beside it and name it with `--python PATH`"
            }
            Self::NotCPython(_) => "name a CPython with `--python PATH`",
            Self::DoesNotRun(_) => {
                "run it by hand to see why, or name another with `--python PATH`"
            }
        }
    }
}

fn short(version: PythonVersion) -> String {
    format!("{}.{}", version.major, version.minor)
}

/// What is there and was refused; names that lead nowhere say nothing.
fn list(tried: &[RefusedPython]) -> String {
    let present = tried.iter().filter(|refused| refused.reason != Refusal::NotFound);
    let present: Vec<String> = present.map(ToString::to_string).collect();
    if present.is_empty() { String::new() } else { format!(": {}", present.join("; ")) }
}
