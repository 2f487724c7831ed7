//! What a saved program says about who wrote it, and what DSPy makes of that.

use super::ProgramFault;
use super::error::{ProgramNote, ticked};
use crate::{Fields, Value, fields, nearest};

/// The key of the metadata, which is therefore no predictor's path.
pub(super) const KEY: &str = "metadata";

const DEPENDENCIES: &str = "dependency_versions";

/// The versions that dspex is equal to, as DSPy itself writes them: `major.minor` for Python and
/// cloudpickle. A file that names any other dependency is one that DSPy does not load.
const VERSIONS: [(&str, &str); 3] = [("python", "3.11"), ("dspy", "3.4.1"), ("cloudpickle", "3.1")];

/// The metadata of a program that dspex writes.
pub(super) fn pinned() -> Fields {
    let versions: Fields = VERSIONS.into_iter().collect();
    fields! { DEPENDENCIES => versions }
}

/// Sets the version of Python, `major.minor`, in metadata that have been checked.
pub(super) fn set_python(metadata: &mut Fields, minor: &str) {
    if let Some(Value::Map(mut versions)) = metadata.value(DEPENDENCIES).cloned() {
        versions.insert("python", minor);
        metadata.insert(DEPENDENCIES, versions);
    }
}

/// The metadata among the keys of a file.
pub(super) fn read(document: &Fields, faults: &mut Vec<ProgramFault>) -> Fields {
    let Some(metadata) = document.value(KEY) else {
        let fault = ProgramFault::new(
            "saved program has no `metadata`, without which DSPy does not load it",
        );
        faults.push(match document.contains(DEPENDENCIES) {
            true => fault.hint(
                "this is the `metadata.json` of a whole program in pickle form; save its state \
                 with `program.save(\"program.json\")`",
            ),
            false => fault.hint("read what `dump_state` gave with `Program::from_state_json`"),
        });
        return Fields::new();
    };
    let Value::Map(metadata) = metadata else {
        let found = metadata.python_type();
        faults.push(ProgramFault::new(format!("`metadata` should be an object, found `{found}`")));
        return Fields::new();
    };
    match metadata.value(DEPENDENCIES) {
        Some(Value::Map(versions)) => {
            let unknown = versions.names().filter(|name| pinned_version(name).is_none());
            faults.extend(unknown.map(unknown_dependency));
        }
        found => {
            let found = found.map_or("nothing", Value::python_type);
            faults.push(ProgramFault::new(format!(
                "`metadata.{DEPENDENCIES}` should be an object, found `{found}`"
            )));
        }
    }
    metadata.clone()
}

fn unknown_dependency(name: &str) -> ProgramFault {
    let known = VERSIONS.map(|(name, _)| name);
    let fault = ProgramFault::new(format!(
        "`metadata.{DEPENDENCIES}` names `{name}`, with which DSPy does not load the program"
    ));
    fault.hint(match nearest(name, &known) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("take the key out; DSPy knows {}", ticked(known)),
    })
}

/// Where the program was saved with other versions than those dspex is equal to; DSPy warns of
/// that too.
pub(super) fn notes(metadata: &Fields) -> Vec<ProgramNote> {
    let versions = metadata.value(DEPENDENCIES).and_then(Value::as_map);
    let note = |(name, saved): (&str, &Value)| {
        let pinned = pinned_version(name)?;
        let message = format!("saved with {name} {saved}; dspex is equal to {name} {pinned}");
        (saved.as_str() != Some(pinned)).then(|| ProgramNote::new(None, message))
    };
    versions.into_iter().flat_map(Fields::iter).filter_map(note).collect()
}

fn pinned_version(name: &str) -> Option<&'static str> {
    VERSIONS.into_iter().find(|(known, _)| *known == name).map(|(_, version)| version)
}
