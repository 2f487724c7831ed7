//! Files and states into programs, with everything that is wrong with them.

use std::path::Path;

use super::{Entry, PredictorState, Program, ProgramError, ProgramFault, metadata, saved};
use crate::{Fields, Value};

impl Program {
    /// Reads a file that DSPy's `save` wrote.
    ///
    /// # Errors
    /// [`ProgramError`] where the file cannot be read, and as [`Program::from_json`]; it names the file.
    pub fn load(path: impl AsRef<Path>) -> Result<Self, ProgramError> {
        let path = path.as_ref();
        let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
        let content = std::fs::read(path);
        let content = content.map_err(|error| ProgramFault::new(error.to_string()).into());
        let program = content.and_then(|content| Self::from_file(&name, &content));
        program.map_err(|error: ProgramError| error.at(path))
    }

    /// Reads the text of a file that `program.save("program.json")` wrote.
    ///
    /// # Errors
    /// [`ProgramError`] lists everything that is wrong with it: where the text is not JSON, what
    /// is missing or of another kind, and in which predictor. DSPy's rules for `metadata` hold:
    /// without it, or with a dependency that DSPy does not know, the file is refused.
    pub fn from_json(text: &str) -> Result<Self, ProgramError> {
        let mut document = parse(text)?;
        let mut faults = Vec::new();
        let metadata = metadata::read(&document, &mut faults);
        document.remove(metadata::KEY);
        Self::read(document, metadata, faults)
    }

    /// Reads a file by its name and content; the name tells what it holds, as it does for DSPy.
    ///
    /// # Errors
    /// As [`Program::from_json`]; files in pickle form are refused with a hint.
    pub fn from_file(name: &str, content: &[u8]) -> Result<Self, ProgramError> {
        let pickled = || {
            let message = format!("`{name}` is in pickle form, which only Python can read");
            let fault = ProgramFault::new(message).unsupported();
            fault.hint("load it in Python and save it with `program.save(\"program.json\")`")
        };
        // Protocols from 2 up begin with this byte, which begins no text.
        if has_suffix(name, ".pkl") || content.starts_with(&[0x80]) {
            return Err(pickled().into());
        }
        if !has_suffix(name, ".json") {
            let message =
                format!("`{name}` is no saved program, because it does not end in `.json`");
            let hint = "save the program's state with `program.save(\"program.json\")`";
            return Err(ProgramFault::new(message).hint(hint).into());
        }
        match std::str::from_utf8(content) {
            Ok(text) => Self::from_json(text),
            Err(error) => {
                let byte = error.valid_up_to();
                let message = format!("`{name}` is not UTF-8 at byte {byte}");
                Err(ProgramFault::new(message).into())
            }
        }
    }

    /// Reads what `program.dump_state()` gave, as JSON: a file without `metadata`.
    ///
    /// # Errors
    /// As [`Program::from_json`], the rules for `metadata` apart.
    pub fn from_state_json(text: &str) -> Result<Self, ProgramError> {
        Self::read(parse(text)?, metadata::pinned(), Vec::new())
    }

    fn read(
        document: Fields,
        metadata: Fields,
        mut faults: Vec<ProgramFault>,
    ) -> Result<Self, ProgramError> {
        let is_flat = is_flat(&document);
        let entries = match is_flat {
            true => match PredictorState::read("", document) {
                Ok(state) => vec![(String::new(), Entry::Predictor(state))],
                Err(found) => {
                    faults.extend(found);
                    Vec::new()
                }
            },
            false => document
                .into_iter()
                .filter_map(|(path, value)| match read_entry(&path, value) {
                    Ok(entry) => Some((path, entry)),
                    Err(found) => {
                        faults.extend(found);
                        None
                    }
                })
                .collect(),
        };
        ProgramError::unless_empty(faults)?;
        Ok(Self { is_flat, entries, metadata })
    }
}

/// The object that a text holds, as DSPy's reader reads it.
fn parse(text: &str) -> Result<Fields, ProgramError> {
    let document = Value::from_json(text).map_err(|error| {
        let fault = ProgramFault::of_json(&error);
        match text.is_empty() || text.starts_with('\u{feff}') {
            true => fault.hint("the file is empty, or begins with a byte order mark"),
            false => fault,
        }
    })?;
    match saved::as_orjson_reads(document) {
        Ok(Value::Map(document)) => Ok(document),
        Ok(other) => {
            let found = other.python_type();
            let message = format!("a saved program is an object, found `{found}`");
            Err(ProgramFault::new(message).into())
        }
        Err(place) => {
            let place = place.trim_start_matches('.');
            let message = format!("`{place}` is a number that no float can hold");
            Err(ProgramFault::new(message).into())
        }
    }
}

/// Whether this is the state of a single predictor, and not one by paths. The module that loads a
/// file knows; without it the keys tell, even where a module has an attribute `signature`.
fn is_flat(document: &Fields) -> bool {
    match document.value("signature") {
        Some(Value::Map(signature)) => !signature.contains("signature"),
        Some(_) => true,
        None => ["demos", "traces", "train"]
            .iter()
            .any(|key| document.value(key).is_some_and(|value| value.as_list().is_some())),
    }
}

fn read_entry(path: &str, value: Value) -> Result<Entry, Vec<ProgramFault>> {
    let keys = ["signature", "demos", "traces", "train"];
    match value {
        Value::Map(document)
            if !path.is_empty() && keys.iter().any(|key| document.contains(key)) =>
        {
            PredictorState::read(path, document).map(Entry::Predictor)
        }
        other => Ok(Entry::Other(other)),
    }
}

fn has_suffix(name: &str, suffix: &str) -> bool {
    name.len() > suffix.len() && name.ends_with(suffix)
}
