//! The real library, in a Python process of its own, asked over pipes.

use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use super::Subject;

/// Why nothing could be earned.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EarnError {
    /// The interpreter does not start.
    #[error("the interpreter `{python}` does not start")]
    Start {
        /// Its path.
        python: String,
        /// What the system said.
        source: io::Error,
    },
    /// The library's process ended, or said what is no answer.
    #[error("the library does not answer: {reason}")]
    Answer {
        /// What came instead.
        reason: String,
    },
    /// The rules follow another version.
    #[error("`{name}` {found} is installed, the native rules are those of {expected}")]
    Version {
        /// What is versioned.
        name: &'static str,
        /// The version that is there.
        found: String,
        /// The version that should be.
        expected: &'static str,
    },
    /// A thread of the run panicked, which is a fault of ours.
    #[error("a thread of the run panicked")]
    Worker,
    /// The counts cannot be printed.
    #[error("the counts cannot be printed")]
    Print(#[source] io::Error),
}

/// What the library said: the value as `repr` writes it, or the class of what it raised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Expected {
    Value(String),
    Raises(String),
}

pub(super) struct Oracle {
    process: Child,
    questions: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Oracle {
    /// Starts the library and looks at its versions.
    pub(super) fn start(python: &Path, subject: &Subject) -> Result<Self, EarnError> {
        let start_error =
            |source| EarnError::Start { python: python.display().to_string(), source };
        let mut process = Command::new(python)
            .args(["-X", "utf8", "-c", subject.script])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(start_error)?;
        let questions = process.stdin.take().ok_or_else(|| no_answer("no standard input"))?;
        let answers = process.stdout.take().ok_or_else(|| no_answer("no standard output"))?;
        let mut oracle = Self { process, questions, answers: BufReader::new(answers) };
        let found: BTreeMap<String, String> = oracle.line()?;
        for (name, expected) in subject.versions {
            let found = found.get(*name).cloned().unwrap_or_default();
            if !is_version(&found, expected) {
                return Err(EarnError::Version { name, found, expected });
            }
        }
        Ok(oracle)
    }

    /// Sends texts; the library reads all of them before it answers.
    pub(super) fn ask(&mut self, texts: &[String]) -> Result<(), EarnError> {
        let mut line = serde_json::to_vec(texts).map_err(no_answer)?;
        line.push(b'\n');
        self.questions.write_all(&line).and_then(|()| self.questions.flush()).map_err(no_answer)
    }

    /// The answers to the texts that were sent last.
    pub(super) fn answers(&mut self, n_texts: usize) -> Result<Vec<Expected>, EarnError> {
        let answers: Vec<(String, String)> = self.line()?;
        if answers.len() != n_texts {
            return Err(no_answer(format!("{} answers to {n_texts} texts", answers.len())));
        }
        let expected = answers.into_iter().map(|(kind, answer)| match kind.as_str() {
            "value" => Expected::Value(answer),
            _ => Expected::Raises(answer),
        });
        Ok(expected.collect())
    }

    fn line<T: serde::de::DeserializeOwned>(&mut self) -> Result<T, EarnError> {
        let mut line = String::new();
        self.answers.read_line(&mut line).map_err(no_answer)?;
        serde_json::from_str(&line).map_err(no_answer)
    }
}

impl Drop for Oracle {
    fn drop(&mut self) {
        // It ends by itself when its input does; nobody has to wait for that.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Whether a version is the expected one, or a patch of it: `3.11.7` is a `3.11`.
fn is_version(found: &str, expected: &str) -> bool {
    found.strip_prefix(expected).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

#[expect(clippy::needless_pass_by_value, reason = "errors come by value")]
fn no_answer(reason: impl ToString) -> EarnError {
    EarnError::Answer { reason: reason.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_patch_is_the_same_version() {
        assert!(is_version("3.11.7", "3.11") && is_version("0.64.6", "0.64.6"));
        assert!(!is_version("3.110", "3.11") && !is_version("0.64", "0.64.6"));
    }
}
