//! A Python interpreter inside this process, of one virtual environment.
//!
//! For development, tests and trusted code that wants Python without further processes: a crash in
//! Python is a crash of the program here. Pools that are started with
//! [`Spawn::Embedded`](super::Spawn::Embedded) start it by themselves, and run modules in it.

mod interpreter;
mod serve;

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use pyo3::prelude::*;

use interpreter::{initialise, linked_version};
pub(super) use serve::{Ending, Serving, serve};

/// The environment that the interpreter was started with; CPython cannot be started twice.
static STARTED: Mutex<Option<PathBuf>> = Mutex::new(None);

/// The interpreter of this process. It lives as long as the process.
#[derive(Clone, Debug)]
pub struct EmbeddedPython {
    venv: PathBuf,
}

/// Why there is no interpreter in this process.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EmbedError {
    /// The directory is not a virtual environment.
    #[error("`{}` is not a virtual environment: {reason}", venv.display())]
    NoEnvironment {
        /// The directory.
        venv: PathBuf,
        /// What is missing in it.
        reason: String,
    },
    /// The program was linked with another Python than the environment's.
    #[error("`{}` is of Python {environment}, and this program is linked with {linked}", venv.display())]
    OtherVersion {
        /// The environment.
        venv: PathBuf,
        /// The environment's version, such as `3.12`.
        environment: String,
        /// The linked version, such as `3.11`.
        linked: String,
    },
    /// An interpreter of another environment runs already.
    #[error("an interpreter of `{}` runs in this process already", running.display())]
    OtherEnvironment {
        /// The running interpreter's environment.
        running: PathBuf,
    },
    /// As many threads as may serve pools already.
    #[error("{serving} threads serve Python already, or were given up and go on")]
    Full {
        /// How many.
        serving: usize,
    },
    /// CPython did not start.
    #[error("Python did not start: {reason}")]
    NotStarted {
        /// What CPython said.
        reason: String,
    },
    /// Python raised an exception.
    #[error("Python raised: {message}")]
    Raised {
        /// The exception as text.
        message: String,
    },
}

impl EmbedError {
    /// What to do next, where that can be said.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::NoEnvironment { .. } => super::pool::SETUP_HINT.to_owned(),
            Self::OtherVersion { venv, .. } => {
                let python = venv.join("bin/python");
                format!("build the program with `PYO3_PYTHON={}`", python.display())
            }
            Self::OtherEnvironment { .. } => {
                "a process has one interpreter: give other pools workers of their own".to_owned()
            }
            Self::Full { .. } => "give pools fewer workers, or workers of their own".to_owned(),
            Self::NotStarted { .. } | Self::Raised { .. } => return None,
        })
    }
}

impl EmbeddedPython {
    /// Starts the interpreter of `venv`, or finds it running.
    ///
    /// Versions are compared before anything is initialised: an environment of another minor
    /// version would start and lack its packages. Python's signal handlers are not installed, its
    /// variables (`PYTHONPATH`, `PYTHONHOME`, ..) are not read, and what it prints is not held back.
    /// Blocks while Python starts.
    ///
    /// # Errors
    /// [`EmbedError`]; after [`EmbedError::NotStarted`] the process can still use workers.
    pub fn start(venv: impl AsRef<Path>) -> Result<Self, EmbedError> {
        let given = venv.as_ref();
        let missing = |reason: String| EmbedError::NoEnvironment { venv: given.into(), reason };
        let venv = given.canonicalize().map_err(|error| missing(error.to_string()))?;
        let mut started = STARTED.lock().unwrap_or_else(PoisonError::into_inner);
        match &*started {
            Some(running) if *running == venv => return Ok(Self { venv }),
            Some(running) => return Err(EmbedError::OtherEnvironment { running: running.clone() }),
            None => {}
        }
        let settings = std::fs::read_to_string(venv.join("pyvenv.cfg"));
        let settings = settings.map_err(|_| missing("there is no `pyvenv.cfg` in it".into()))?;
        let environment =
            version(&settings).ok_or_else(|| missing("`pyvenv.cfg` names no version".into()))?;
        let linked = linked_version();
        if environment != linked {
            return Err(EmbedError::OtherVersion { venv, environment, linked });
        }
        initialise(&venv)?;
        *started = Some(venv.clone());
        Ok(Self { venv })
    }

    /// The environment of the interpreter.
    #[must_use]
    pub fn venv(&self) -> &Path {
        &self.venv
    }

    /// The version of an installed package, as its metadata has it.
    ///
    /// # Errors
    /// [`EmbedError::Raised`] where the package is not installed.
    pub fn package_version(&self, package: &str) -> Result<String, EmbedError> {
        let version = |py: Python<'_>| {
            py.import("importlib.metadata")?.call_method1("version", (package,))?.extract()
        };
        let raised = |error: PyErr| EmbedError::Raised { message: error.to_string() };
        Python::attach(|py| version(py).map_err(raised))
    }
}

/// The first two numbers of the environment's version.
fn version(settings: &str) -> Option<String> {
    let value = |line: &str| {
        let (key, value) = line.split_once('=')?;
        matches!(key.trim(), "version" | "version_info").then(|| value.trim().to_owned())
    };
    minor(&settings.lines().find_map(value)?)
}

fn minor(version: &str) -> Option<String> {
    let mut numbers = version.split('.');
    Some(format!("{}.{}", numbers.next()?, numbers.next()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn venv() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.venv")
    }

    /// One test, because a process has one interpreter.
    #[test]
    fn the_interpreter_is_the_environments_own_and_there_is_one() {
        let missing = EmbeddedPython::start("no/such/place").unwrap_err();
        assert!(matches!(missing, EmbedError::NoEnvironment { .. }), "{missing}");
        let python = EmbeddedPython::start(venv()).expect("`cargo xtask setup` makes `.venv`");
        assert_eq!(python.package_version("dspy").as_deref(), Ok("3.4.1"));
        let error = python.package_version("no-such-package").unwrap_err();
        assert!(matches!(error, EmbedError::Raised { .. }), "{error}");
        assert_eq!(EmbeddedPython::start(venv()).unwrap().venv(), python.venv());
        let elsewhere = EmbeddedPython::start(env!("CARGO_MANIFEST_DIR")).unwrap_err();
        assert!(matches!(elsewhere, EmbedError::OtherEnvironment { .. }), "{elsewhere}");
        let answer = std::thread::spawn(move || python.package_version("msgspec")).join().unwrap();
        assert!(answer.is_ok(), "any thread can attach: {answer:?}");
    }

    #[test]
    fn versions_are_read_from_either_key() {
        assert_eq!(version("home = /x\nversion = 3.11.7\n").as_deref(), Some("3.11"));
        assert_eq!(version("version_info = 3.12.1.final.0").as_deref(), Some("3.12"));
        assert_eq!(version("home = /x"), None);
    }
}
