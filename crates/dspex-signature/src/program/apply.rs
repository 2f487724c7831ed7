//! A program put onto the signatures of a module.

use super::error::{ProgramNote, predictor as name_of, ticked};
use super::{Entry, LmState, PredictorState, Program, ProgramError, ProgramFault, ProgramShape};
use super::{fit, lm, metadata};
use crate::{Fields, Signature, Value};

/// A program whose predictors have signatures again.
#[derive(Clone, Debug, PartialEq)]
pub struct LoadedProgram {
    predictors: Vec<(String, LoadedPredictor)>,
    notes: Vec<ProgramNote>,
}

/// A predictor of a loaded program.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct LoadedPredictor {
    /// The caller's signature with the saved instructions, prefixes and descriptions.
    pub signature: Signature,
    /// The saved demos, oldest first; `None` where the file says nothing of demos, and the module
    /// keeps those it has.
    pub demos: Option<Vec<Fields>>,
    /// The saved language model; `None` for the default one.
    pub lm: Option<LmState>,
}

impl LoadedProgram {
    /// The predictor at a path; that of a `Predict` has an empty one.
    #[must_use]
    pub fn predictor(&self, path: &str) -> Option<&LoadedPredictor> {
        self.predictors.iter().find(|(known, _)| known == path).map(|(_, loaded)| loaded)
    }

    /// Paths and predictors, in the order of the shape.
    #[must_use]
    pub fn into_predictors(self) -> Vec<(String, LoadedPredictor)> {
        self.predictors
    }

    /// Paths and predictors, in the order of the shape, to be changed.
    pub fn predictors_mut(&mut self) -> impl Iterator<Item = (&str, &mut LoadedPredictor)> {
        self.predictors.iter_mut().map(|(path, loaded)| (path.as_str(), loaded))
    }

    /// What DSPy only warns of, or says nothing about: other versions, dropped endpoints, keys of
    /// demos that are no fields.
    #[must_use]
    pub fn notes(&self) -> &[ProgramNote] {
        &self.notes
    }
}

impl Program {
    /// Puts the program onto the signatures of a module.
    ///
    /// Every predictor of the one has its place in the other, and the fields of each are the same
    /// ones in the same order, as far as prefixes and descriptions tell. Endpoints of language
    /// models (`api_base`, `base_url`, `model_list`) are dropped, and classes of models other than
    /// DSPy's own are refused, as DSPy does with a file that it is not told to trust.
    ///
    /// # Errors
    /// [`ProgramError`] lists everything that does not fit, naming both sides, and what only
    /// Python can do: overrides of decisions, attributes set by name.
    pub fn apply(&self, shape: &ProgramShape) -> Result<LoadedProgram, ProgramError> {
        self.put_onto(shape, false)
    }

    /// As [`Program::apply`], for a file from a source that you trust: DSPy's
    /// `allow_unsafe_lm_state=True`.
    ///
    /// # Errors
    /// As [`Program::apply`].
    pub fn apply_trusted(&self, shape: &ProgramShape) -> Result<LoadedProgram, ProgramError> {
        self.put_onto(shape, true)
    }

    fn put_onto(&self, shape: &ProgramShape, trusted: bool) -> Result<LoadedProgram, ProgramError> {
        let mut notes = metadata::notes(&self.metadata);
        notes.extend(self.entries.iter().filter_map(|(path, entry)| match entry {
            Entry::Other(other) if fit::is_remark(other) => {
                Some(ProgramNote::new(None, format!("`{path}` is not read")))
            }
            _ => None,
        }));
        let mut faults = fit::paths(&self.entries, shape);
        let mut predictors = Vec::new();
        for (path, signature) in shape.iter() {
            let entry = self.entries.iter().find(|(known, _)| known == path);
            let Some((_, Entry::Predictor(state))) = entry else { continue };
            let lm = state.document().value("lm");
            let lm = lm.and_then(|saved| lm::load(path, saved, trusted, &mut faults));
            state.notes(path, signature, lm.as_ref(), &mut notes);
            match state.put_onto(path, signature) {
                Ok(signature) => {
                    let has_demos = state.document().contains("demos");
                    let demos = has_demos.then(|| state.demos().cloned().collect());
                    let loaded = LoadedPredictor { signature, demos, lm };
                    predictors.push((path.to_owned(), loaded));
                }
                Err(found) => faults.extend(found),
            }
        }
        ProgramError::unless_empty(faults)?;
        Ok(LoadedProgram { predictors, notes })
    }
}

impl PredictorState {
    /// Puts instructions, prefixes and descriptions onto a signature.
    ///
    /// # Errors
    /// [`ProgramError`] lists everything that does not fit: the number of fields, the field that a
    /// prefix or a description stands for.
    pub fn apply(&self, signature: &Signature) -> Result<Signature, ProgramError> {
        self.put_onto("", signature).map_err(ProgramError::of)
    }

    fn put_onto(&self, path: &str, signature: &Signature) -> Result<Signature, Vec<ProgramFault>> {
        let mut faults = self.only_python(path);
        faults.extend(fit::fields(path, self, signature));
        if !faults.is_empty() {
            return Err(faults);
        }
        let mut saved = self.fields();
        let mut side = |fields: &[crate::Field]| -> Vec<crate::Field> {
            let updated = fields.iter().zip(saved.by_ref());
            updated.map(|(field, saved)| fit::updated(field, saved)).collect()
        };
        let (inputs, outputs) = (side(signature.inputs()), side(signature.outputs()));
        // Empty instructions mean the default ones to whoever makes a signature; those of a file
        // stay empty, as blank ones do.
        let instructions = match self.instructions() {
            "" => " ",
            text => text,
        };
        Signature::new(signature.name(), Some(instructions), inputs, outputs).map_err(|error| {
            vec![ProgramFault::at(path, format!("{} cannot be made: {error}", name_of(path)))]
        })
    }

    /// What a file can ask for and only Python does.
    fn only_python(&self, path: &str) -> Vec<ProgramFault> {
        let mut faults = Vec::new();
        let of = name_of(path);
        let decisions = self.document().value("fields").and_then(Value::as_map);
        if let Some(decisions) = decisions.filter(|decisions| !decisions.is_empty()) {
            let outputs = ticked(decisions.names());
            let message =
                format!("{of} overrides the decisions of {outputs}, which is not supported");
            faults.push(ProgramFault::at(path, message).unsupported());
        }
        let attributes = self.document().names().filter(|key| is_attribute(key));
        faults.extend(attributes.map(|key| {
            let message = format!("`{key}` of {of} would set an attribute of DSPy's `Predict`");
            ProgramFault::at(path, message).unsupported().hint("take the key out of the file")
        }));
        faults
    }

    fn notes(
        &self,
        path: &str,
        signature: &Signature,
        lm: Option<&LmState>,
        notes: &mut Vec<ProgramNote>,
    ) {
        let of = name_of(path);
        if let Some(lm) = lm.filter(|lm| !lm.dropped().is_empty()) {
            let names = ticked(lm.dropped().iter().map(String::as_str));
            let message = format!("{names} of the language model of {of} was dropped");
            let hint = "the file names where prompts are sent; `apply_trusted` keeps that";
            notes.push(ProgramNote::new(Some(path), message).hint(hint));
        }
        let unread =
            self.document().names().filter(|key| !KEYS.contains(key) && !is_attribute(key));
        notes.extend(
            unread.map(|key| ProgramNote::new(Some(path), format!("`{key}` of {of} is not read"))),
        );
        notes.extend(fit::demo_note(path, self, signature));
    }
}

/// The keys that DSPy writes.
const KEYS: [&str; 6] = ["traces", "train", "demos", "signature", "fields", "lm"];

/// Whether a key of the file, which DSPy sets as an attribute, would change how DSPy runs.
///
/// Source: the attributes of a `Predict` of DSPy 3.4.1, those it saves apart.
fn is_attribute(key: &str) -> bool {
    const ATTRIBUTES: [&str; 27] = [
        "acall",
        "aforward",
        "batch",
        "callbacks",
        "config",
        "deepcopy",
        "dump_state",
        "forward",
        "get_config",
        "get_criteria",
        "get_lm",
        "history",
        "inspect_history",
        "load",
        "load_state",
        "map_named_predictors",
        "named_parameters",
        "named_predictors",
        "named_sub_modules",
        "parameters",
        "predictors",
        "reset",
        "reset_copy",
        "save",
        "set_criteria",
        "set_lm",
        "stage",
    ];
    key.starts_with('_') || key == "update_config" || ATTRIBUTES.contains(&key)
}
