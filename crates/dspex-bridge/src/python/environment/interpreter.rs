//! Finds a Python to build the environment with, and says why others were refused.

use std::path::{Path, PathBuf};

use super::error::{Refusal, RefusedPython};
use super::{EnvironmentError, PythonVersion, process};

/// A Python that dspex can use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interpreter {
    /// The program, as it names itself.
    pub path: PathBuf,
    /// Its version.
    pub version: PythonVersion,
}

/// The names that are tried where none is given, in this order.
///
/// Plain `python3` is what people mean by Python; then 3.11, which the parity corpus was recorded
/// with, and the others from new to old.
const CANDIDATES: [&str; 7] =
    ["python3", "python3.11", "python3.14", "python3.13", "python3.12", "python3.10", "python"];

impl Interpreter {
    /// Finds the Python to use: `explicit` if given, else the first of `PATH` that fits.
    ///
    /// Runs each candidate once, a few milliseconds each; blocks.
    ///
    /// # Errors
    /// [`EnvironmentError::PythonRefused`] where `explicit` cannot be used,
    /// [`EnvironmentError::NoPython`] with all that was tried where none fits.
    pub fn find(explicit: Option<&Path>) -> Result<Self, EnvironmentError> {
        match explicit {
            Some(path) => Self::probe(path)
                .map_err(|reason| EnvironmentError::PythonRefused(refused(path, reason))),
            None => Self::choose(&CANDIDATES.map(Path::new)),
        }
    }

    /// The first of `candidates` that dspex can use.
    fn choose(candidates: &[&Path]) -> Result<Self, EnvironmentError> {
        let mut tried = Vec::new();
        for candidate in candidates {
            match Self::probe(candidate) {
                Ok(interpreter) => return Ok(interpreter),
                Err(reason) => tried.push(refused(candidate, reason)),
            }
        }
        Err(EnvironmentError::NoPython { tried })
    }

    /// Runs `python` to see what it is.
    pub(super) fn probe(python: &Path) -> Result<Self, Refusal> {
        let script = include_str!("../../../python/environment/probe.py");
        let finished = match process::ask(process::command(python).args(["-E", "-s", "-c", script]))
        {
            Ok(finished) => finished,
            Err(EnvironmentError::Io { source, .. })
                if source.kind() == std::io::ErrorKind::NotFound =>
            {
                return Err(Refusal::NotFound);
            }
            Err(EnvironmentError::Io { source, .. }) => {
                return Err(Refusal::DoesNotRun(source.to_string()));
            }
            Err(error) => return Err(Refusal::DoesNotRun(error.to_string())),
        };
        if !finished.success {
            let line = finished.tail.lines().find(|line| !line.trim().is_empty());
            return Err(Refusal::DoesNotRun(line.unwrap_or("it ended with an error").to_owned()));
        }
        Self::read(&finished.stdout)
    }

    /// Reads the answer of `probe.py`: version, implementation, path.
    fn read(answer: &str) -> Result<Self, Refusal> {
        let mut lines = answer.lines();
        let mut line = || lines.next().map(str::trim).filter(|line| !line.is_empty());
        let (Some(version), Some(implementation), Some(path)) = (line(), line(), line()) else {
            return Err(Refusal::DoesNotRun("it does not answer as a Python does".to_owned()));
        };
        let version: PythonVersion = version
            .parse()
            .map_err(|error: super::PythonVersionError| Refusal::DoesNotRun(error.to_string()))?;
        if implementation != "CPython" {
            return Err(Refusal::NotCPython(format!("{implementation} {version}")));
        }
        if version < PythonVersion::OLDEST {
            return Err(Refusal::TooOld(version));
        }
        if version >= PythonVersion::TOO_NEW {
            return Err(Refusal::TooNew(version));
        }
        Ok(Self { path: PathBuf::from(path), version })
    }
}

fn refused(python: &Path, reason: Refusal) -> RefusedPython {
    RefusedPython { python: python.display().to_string(), reason }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    /// A program that answers as `probe.py` would, whatever it is asked.
    fn fake(directory: &Path, name: &str, script: &str) -> PathBuf {
        let path = directory.join(name);
        // Written under another name: a file open for writing cannot be run.
        let unfinished = directory.join("unfinished");
        fs::write(&unfinished, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&unfinished, fs::Permissions::from_mode(0o755)).unwrap();
        fs::rename(&unfinished, &path).unwrap();
        path
    }

    fn answers(version: &str, implementation: &str) -> String {
        format!("echo {version}; echo {implementation}; echo $0")
    }

    #[test]
    fn the_first_that_fits_is_taken() {
        let directory = tempfile::tempdir().unwrap();
        let old = fake(directory.path(), "old", &answers("3.8.10", "CPython"));
        let good = fake(directory.path(), "good", &answers("3.12.4", "CPython"));
        let other = fake(directory.path(), "other", &answers("3.11.7", "CPython"));
        let found = Interpreter::choose(&[&old, &good, &other]).unwrap();
        assert_eq!(found, Interpreter { path: good, version: "3.12.4".parse().unwrap() });
    }

    #[test]
    fn the_error_names_all_that_was_tried() {
        let directory = tempfile::tempdir().unwrap();
        let old = fake(directory.path(), "python3", &answers("3.9.2", "CPython"));
        let new = fake(directory.path(), "python3.15", &answers("3.15.0a2", "CPython"));
        let shim = fake(directory.path(), "python3.12", "echo 'command not found' >&2; exit 127");
        let pypy = fake(directory.path(), "pypy", &answers("3.10.14", "PyPy"));
        let odd = fake(directory.path(), "odd", "echo hello");
        let absent = directory.path().join("absent");
        let error = Interpreter::choose(&[&old, &new, &shim, &pypy, &odd, &absent]).unwrap_err();
        let text = error.to_string().replace(&format!("{}/", directory.path().display()), "");
        assert_eq!(
            text,
            "no Python that dspex runs on (3.10 or newer, older than 3.15) is on `PATH`: `python3` is 3.9.2, older \
             than 3.10; `python3.15` is 3.15.0, newer than any that DSPy 3.4.1 and its \
             dependencies support; `python3.12` does not run: command not found; `pypy` is PyPy \
             3.10.14, not CPython; `odd` does not run: it does not answer as a Python does"
        );
    }

    #[test]
    fn a_given_python_is_the_only_one_tried() {
        let directory = tempfile::tempdir().unwrap();
        let old = fake(directory.path(), "old", &answers("3.8.10", "CPython"));
        let error = Interpreter::find(Some(&old)).unwrap_err();
        assert!(error.to_string().ends_with("old` is 3.8.10, older than 3.10"), "{error}");
        assert_eq!(error.hint(), "install Python 3.11 beside it and name it with `--python PATH`");
    }
}
