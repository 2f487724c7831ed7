//! Cases, and reading them from a file.

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::{Map, Value as Json};

/// One recorded case.
#[derive(Clone, Debug, Deserialize)]
pub struct Case {
    /// Its stable name.
    pub id: String,
    /// What it asks for: `signature`, `format`, `parse`, `run`, `metric`, `stream`.
    pub kind: String,
    /// Short words to filter and group by.
    pub tags: Vec<String>,
    /// What DSPy answered.
    pub(super) expect: Json,
    /// What DSPy was given.
    #[serde(flatten)]
    pub(super) given: Map<String, Json>,
}

impl Case {
    /// The text under `key`; empty where there is none.
    pub(super) fn text(&self, key: &str) -> &str {
        self.given.get(key).and_then(Json::as_str).unwrap_or_default()
    }

    /// The class of the exception that DSPy raised, where it raised one.
    pub(super) fn error(&self) -> Option<&str> {
        self.expect.get("error").and_then(Json::as_str)
    }
}

/// A corpus that cannot be replayed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CorpusError {
    /// A file cannot be read.
    #[error("the corpus `{}` cannot be read", file.display())]
    Read {
        /// The file.
        file: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A line is not a case.
    #[error("line {line} of the corpus `{}` is not a case: {reason}", file.display())]
    Case {
        /// The file.
        file: PathBuf,
        /// The line, counted from 1.
        line: usize,
        /// What is wrong with it.
        reason: String,
    },
    /// The counts cannot be printed.
    #[error("the counts cannot be printed")]
    Print(#[source] io::Error),
}

/// The cases of a file that carry all of `tags`; empty lines are passed over.
pub(super) fn read(file: &Path, tags: &[String]) -> Result<Vec<Case>, CorpusError> {
    let unreadable = |source| CorpusError::Read { file: file.to_owned(), source };
    let lines = BufReader::new(File::open(file).map_err(unreadable)?).lines();
    let mut cases = Vec::new();
    for (index, line) in lines.enumerate() {
        let line = line.map_err(unreadable)?;
        if line.trim().is_empty() {
            continue;
        }
        let case: Case = serde_json::from_str(&line).map_err(|error| CorpusError::Case {
            file: file.to_owned(),
            line: index + 1,
            reason: error.to_string(),
        })?;
        if tags.iter().all(|tag| case.tags.contains(tag)) {
            cases.push(case);
        }
    }
    Ok(cases)
}
