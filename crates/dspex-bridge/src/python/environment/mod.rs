//! The Python environment: found or made, locked to exact versions, checked.
//!
//! [`ensure`] makes it, [`Environment::open`] looks at start-up whether it is there, [`doctor`]
//! tells everything that is and is not usable. All of it blocks; none of it prints.

mod doctor;
mod ensure;
mod error;
mod fault;
mod group;
mod guard;
mod install;
mod interpreter;
mod layout;
mod packages;
mod pip_settings;
mod process;
mod progress;
mod pyodide;
mod stamp;
mod variables;
mod version;

use std::path::{Path, PathBuf};

pub use doctor::{Check, Report, State, doctor};
pub use ensure::ensure;
pub use error::{EnvironmentError, Refusal, RefusedPython};
pub use fault::InstallFault;
pub use group::{Group, UnknownGroup};
pub use interpreter::Interpreter;
pub use progress::{Progress, ProgressEvent, Silent};
pub use version::{PythonVersion, PythonVersionError};

use layout::Layout;
use stamp::Stamp;

/// The environment that is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EnvironmentSpec {
    /// The directory of the virtual environment.
    pub venv: PathBuf,
    /// The Python to build it with; `None` looks on `PATH`.
    pub python: Option<PathBuf>,
    /// What to install beside [`Group::Base`].
    pub groups: Vec<Group>,
    /// Where packages come from.
    pub source: Source,
    /// The command that [`doctor`] tells people to run, such as `dspex setup`.
    pub setup_command: String,
}

impl EnvironmentSpec {
    /// An environment in `venv` with the base group, from the package index.
    pub fn new(venv: impl Into<PathBuf>) -> Self {
        Self {
            venv: venv.into(),
            python: None,
            groups: Vec::new(),
            source: Source::Index,
            setup_command: "dspex setup".to_owned(),
        }
    }
}

/// Where packages come from. Their hashes are checked either way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// The package index: PyPI, or what `pip` or `uv` is configured with.
    Index,
    /// A directory of wheels; no network is used.
    Wheelhouse(PathBuf),
}

/// What [`ensure`] had to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Everything was there.
    None,
    /// Groups were added to an environment that was there, or moved to other versions.
    Extended,
    /// It was built.
    Built,
}

/// A finished Python environment.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Environment {
    /// The directory of the virtual environment, absolute.
    pub venv: PathBuf,
    /// Its interpreter.
    pub python: PathBuf,
    /// The interpreter's version when the environment was built.
    pub version: PythonVersion,
    /// The groups whose packages are those of today's lock files.
    pub groups: Vec<Group>,
    /// What installed them last, such as `uv 0.13.9`.
    pub installer: String,
    /// What was done to it; [`Change::None`] when it was only opened.
    pub change: Change,
}

impl Environment {
    /// Opens an environment that [`ensure`] made; reads two small files and runs nothing.
    ///
    /// # Errors
    /// [`EnvironmentError::NotReady`] says what is wrong with it; its hint, how to make one.
    pub fn open(venv: impl AsRef<Path>) -> Result<Self, EnvironmentError> {
        let venv = venv.as_ref();
        let not_ready = |reason: &str| EnvironmentError::NotReady {
            path: venv.to_owned(),
            reason: reason.to_owned(),
        };
        let layout = std::path::absolute(venv)
            .map(Layout::new)
            .map_err(|source| EnvironmentError::io("finding", venv, source))?;
        if !layout.venv().is_dir() {
            return Err(not_ready("there is no such directory"));
        }
        if !layout.own().is_dir() {
            return Err(not_ready("it was not made by dspex"));
        }
        let stamp = Stamp::read(&layout).map_err(not_ready)?;
        if !stamp.is_current(Group::Base) {
            return Err(not_ready("it holds other versions than this dspex needs"));
        }
        Self::from_stamp(&layout, &stamp, Change::None)
    }

    /// Where Deno keeps what it downloads: the value of `DENO_DIR` for workers that run code.
    #[must_use]
    pub fn deno_dir(&self) -> PathBuf {
        Layout::new(self.venv.clone()).deno_dir()
    }

    fn from_stamp(
        layout: &Layout,
        stamp: &Stamp,
        change: Change,
    ) -> Result<Self, EnvironmentError> {
        let venv = layout.venv().to_owned();
        let Some(version) = stamp.python() else {
            let reason = "its stamp is damaged".to_owned();
            return Err(EnvironmentError::NotReady { path: venv, reason });
        };
        let groups = Group::ALL.into_iter().filter(|group| stamp.is_current(*group)).collect();
        let installer = stamp.installer.clone();
        Ok(Self { python: layout.python(), venv, version, groups, installer, change })
    }
}
