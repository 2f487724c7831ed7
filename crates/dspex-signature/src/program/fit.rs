//! Whether saved fields are the fields of a signature, and saved paths those of a module.

use std::collections::HashSet;

use super::error::{ProgramNote, predictor as name_of, ticked};
use super::{Entry, PredictorState, ProgramFault, ProgramShape, SavedField};
use crate::types::{inferred_prefix, placeholder};
use crate::{Field, Fields, Signature, Value, nearest};

/// Paths that one side has and the other has not.
pub(super) fn paths(entries: &[(String, Entry)], shape: &ProgramShape) -> Vec<ProgramFault> {
    let is_predictor = |entry: &Entry| matches!(entry, Entry::Predictor(_));
    let saved: Vec<&str> = entries
        .iter()
        .filter(|(_, entry)| is_predictor(entry))
        .map(|(path, _)| path.as_str())
        .collect();
    let known: HashSet<&str> = saved.iter().copied().collect();
    let expected: HashSet<&str> = shape.paths().collect();
    let missing = shape.paths().filter(|path| !known.contains(path));
    let mut faults: Vec<_> =
        missing.map(|path| no_predictor(path, &saved, ", which the module has")).collect();
    let surplus = entries.iter().filter(|(path, entry)| {
        !expected.contains(path.as_str())
            && !matches!(entry, Entry::Other(other) if is_remark(other))
    });
    faults.extend(surplus.map(|(path, entry)| {
        let of = name_of(path);
        match is_predictor(entry) {
            true => {
                let message = format!("{of} was saved, and the module has none there");
                let fault = ProgramFault::at(path, message);
                match shape.paths().len() {
                    0 => fault,
                    _ => fault.hint(format!("the module has {}", list(shape.paths()))),
                }
            }
            false => {
                let message = format!("`{path}` holds something that only Python can load");
                ProgramFault::at(path, message).unsupported()
            }
        }
    }));
    faults
}

/// Whether nothing can be loaded from a value: all states are objects.
pub(super) fn is_remark(other: &Value) -> bool {
    other.as_map().is_none_or(Fields::is_empty)
}

/// A path without a predictor; `whose` says who wants it.
pub(super) fn no_predictor(path: &str, saved: &[&str], whose: &str) -> ProgramFault {
    let (missing, what) = match path {
        "" => ("is not that of a single predictor".to_owned(), ""),
        path => (format!("has no predictor `{path}`"), whose),
    };
    let fault = ProgramFault::at(path, format!("saved program {missing}{what}"));
    let near = nearest(path, saved).filter(|near| !near.is_empty());
    fault.hint(match (near, saved) {
        (Some(near), _) => format!("did you mean `{near}`?"),
        (None, []) => "it has none at all".to_owned(),
        (None, ["predict"]) => "it looks like that of a `ChainOfThought`".to_owned(),
        (None, [""]) => "it is that of a `Predict`, which has no path".to_owned(),
        (None, ["react", "extract.predict"]) => "it looks like that of a `ReAct`".to_owned(),
        (None, saved) => format!("it has {}", list(saved.iter().copied())),
    })
}

/// Paths in a message, where there is one at least.
fn list<'a>(paths: impl Iterator<Item = &'a str>) -> String {
    let paths: Vec<&str> = paths.collect();
    match paths.as_slice() {
        [""] => "a single predictor, without a path".to_owned(),
        paths => ticked(paths.iter().copied()),
    }
}

/// Fields of the one that are not those of the other: their number, or one by one.
pub(super) fn fields(
    path: &str,
    state: &PredictorState,
    signature: &Signature,
) -> Vec<ProgramFault> {
    let (n_saved, n_fields) = (state.fields().len(), signature.fields().count());
    if n_saved != n_fields {
        return vec![wrong_number(path, state, signature)];
    }
    let pairs = state.fields().zip(signature.fields()).enumerate();
    let wrong = pairs.filter(|(position, (saved, field))| {
        let is_last = position + 1 == n_fields;
        !is_same(*saved, field, is_last, signature)
    });
    wrong
        .map(|(position, (saved, field))| wrong_field(path, position, saved, field, signature))
        .collect()
}

/// Whether a saved field is this one.
///
/// The prefix tells, unless somebody has changed it: optimizers rewrite that of the last output
/// and leave the description, and a field without a description says its own name there.
fn is_same(saved: SavedField<'_>, field: &Field, is_last: bool, signature: &Signature) -> bool {
    let own_name = placeholder(&field.name);
    if saved.desc == own_name {
        return true;
    }
    let is_declared = saved.desc == field.desc();
    let names_another = placeholder_name(saved.desc).is_some();
    if names_another && !is_declared {
        return false;
    }
    let has_prefix = |field: &Field| {
        saved.prefix == field.prefix() || saved.prefix == inferred_prefix(&field.name)
    };
    let is_anothers =
        || signature.fields().any(|other| other.name != field.name && has_prefix(other));
    has_prefix(field) || (is_last && is_declared && !is_anothers())
}

fn wrong_number(path: &str, state: &PredictorState, signature: &Signature) -> ProgramFault {
    let prefixes: Vec<&str> = state.fields().map(|field| field.prefix).collect();
    let names: Vec<&str> = signature.fields().map(|field| field.name.as_str()).collect();
    let (n_saved, n_fields) = (prefixes.len(), names.len());
    let plural = if n_saved == 1 { "" } else { "s" };
    let message = format!(
        "{} was saved with {n_saved} field{plural} ({}), the signature `{}` has {n_fields} ({})",
        name_of(path),
        ticked(prefixes.iter().copied()),
        signature.name(),
        ticked(names.iter().copied()),
    );
    let fault = ProgramFault::at(path, message);
    let reasons = |prefixes: &[&str]| prefixes.contains(&"Reasoning:");
    if n_saved == n_fields + 1 && reasons(&prefixes) && !names.contains(&"reasoning") {
        return fault.hint(
            "`ChainOfThought` adds `reasoning`; load its state with `ProgramShape::chain_of_thought`",
        );
    }
    if n_saved + 1 == n_fields && names.contains(&"reasoning") && !reasons(&prefixes) {
        return fault.hint("the file has no `reasoning`, so it is not of a `ChainOfThought`");
    }
    fault.hint("the fields of a signature are those of the saved one, in the same order")
}

fn wrong_field(
    path: &str,
    position: usize,
    saved: SavedField<'_>,
    field: &Field,
    signature: &Signature,
) -> ProgramFault {
    let SavedField { prefix, desc } = saved;
    let described = match placeholder_name(desc) {
        Some(_) => format!(" with the description `{desc}`"),
        None => String::new(),
    };
    let message = format!(
        "field {} of {} was saved as `{prefix}`{described}, the signature `{}` has `{}` (`{}`) there",
        position + 1,
        name_of(path),
        signature.name(),
        field.name,
        field.prefix(),
    );
    let meant = signature.fields().enumerate().find(|(_, other)| match placeholder_name(desc) {
        Some(name) => other.name == name,
        None => prefix == other.prefix() || prefix == inferred_prefix(&other.name),
    });
    let hint = match (meant, placeholder_name(desc)) {
        (Some((place, other)), _) if other.name != field.name => format!(
            "`{}` is field {} of the signature; give its fields the order of the file",
            other.name,
            place + 1
        ),
        (_, Some(name)) => format!("name the field `{name}`, if it is the one that was saved"),
        (_, None) => {
            format!("give the field the prefix `{prefix}`, if it is the one that was saved")
        }
    };
    ProgramFault::at(path, message).hint(hint)
}

/// The field as the file has it. What says no more than the name does is left out, so that a
/// field that nobody has described stays as it is.
pub(super) fn updated(field: &Field, saved: SavedField<'_>) -> Field {
    let mut updated = field.clone();
    let is_inferred = saved.prefix == inferred_prefix(&field.name);
    updated.prefix = (!is_inferred).then(|| saved.prefix.to_owned());
    updated.desc = (saved.desc != placeholder(&field.name)).then(|| saved.desc.to_owned());
    updated
}

/// Keys of demos that are no fields of the signature. They are common, because optimizers keep
/// whole examples of the training set, and have no effect.
pub(super) fn demo_note(
    path: &str,
    state: &PredictorState,
    signature: &Signature,
) -> Option<ProgramNote> {
    let fields: HashSet<&str> = signature.fields().map(|field| field.name.as_str()).collect();
    let is_known = |key: &str| fields.contains(key) || key == AUGMENTED;
    let (mut seen, mut unknown, mut absent) = (HashSet::new(), Vec::new(), HashSet::new());
    for demo in state.demos() {
        let before = unknown.len();
        unknown.extend(demo.names().filter(|key| !is_known(key) && seen.insert(*key)));
        if unknown.len() > before {
            absent.extend(fields.iter().copied().filter(|name| !demo.contains(name)));
        }
    }
    if unknown.is_empty() {
        return None;
    }
    let names = signature.fields().map(|field| field.name.as_str());
    let absent: Vec<&str> = names.filter(|name| absent.contains(name)).collect();
    let message = format!(
        "demos of {} have {}, which the signature `{}` has not; its fields are {}",
        name_of(path),
        ticked(unknown.iter().copied()),
        signature.name(),
        ticked(signature.fields().map(|field| field.name.as_str())),
    );
    let note = ProgramNote::new(Some(path), message);
    let near = unknown.iter().find_map(|key| Some((key, nearest(key, &absent)?)));
    Some(match near {
        Some((key, near)) => note.hint(format!("did you mean `{near}` by `{key}`?")),
        None => note,
    })
}

/// The key with which DSPy's optimizers mark a demo that the program has answered.
const AUGMENTED: &str = "augmented";

/// The name in a description that says nothing else.
fn placeholder_name(desc: &str) -> Option<&str> {
    let name = desc.strip_prefix("${")?.strip_suffix('}')?;
    (!name.is_empty() && !name.contains(['$', '{', '}', ' '])).then_some(name)
}
