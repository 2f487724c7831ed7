//! DSPy's saved state of programs: read, put onto signatures, and written for Python to load.
//!
//! `program.save("program.json")` writes, for each predictor, its instructions, its demos and the
//! prefixes and descriptions of its fields in order; neither the names nor the types of fields.
//! DSPy puts them onto the fields of whatever module loads the file, one by one and without a
//! word where they do not fit. Here a file is put onto the signatures that the caller gives, and
//! what does not fit is an error that names both sides.

mod apply;
mod check;
mod error;
mod fit;
mod lm;
mod metadata;
mod orjson;
mod predictor;
mod read;
mod saved;
mod shape;

#[cfg(test)]
mod tests;

pub use apply::{LoadedPredictor, LoadedProgram};
pub use error::{ProgramError, ProgramFault, ProgramNote};
pub use lm::LmState;
pub use predictor::{PredictorState, SavedField};
pub use shape::ProgramShape;

use crate::{Fields, Value};

/// DSPy's saved state of a program.
///
/// A program that DSPy wrote is written again byte by byte, with everything in it that dspex does
/// not read.
///
/// ```
/// use dspex_signature::{PredictorState, Program, ProgramShape, Signature, fields};
///
/// let signature = Signature::parse("question -> answer: int")?.with_name("Ask");
/// let shape = ProgramShape::chain_of_thought(&signature);
///
/// // What a program has learnt, written as DSPy writes it.
/// let predict = shape.signature("predict").unwrap().clone().with_instructions("Count.");
/// let demo = fields! { "question" => "2 + 2?", "reasoning" => "Two and two.", "answer" => 4 };
/// let state = PredictorState::of(&predict).with_demos(vec![demo])?;
/// let text = Program::of([("predict", state)])?.to_json();
///
/// // Put onto the signature, which knows the names and the types.
/// let loaded = Program::from_json(&text)?.apply(&shape)?;
/// let predict = loaded.predictor("predict").unwrap();
/// assert_eq!(predict.signature.instructions(), "Count.");
/// assert_eq!(predict.demos.as_ref().unwrap().len(), 1);
///
/// // A signature that the file is not of.
/// let other = Signature::parse("text -> answer: int")?.with_name("Read");
/// let error = Program::from_json(&text)?.apply(&ProgramShape::chain_of_thought(&other));
/// assert_eq!(
///     error.unwrap_err().faults()[0].message,
///     "field 1 of predictor `predict` was saved as `Question:` with the description \
///      `${question}`, the signature `Read` has `text` (`Text:`) there"
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Program {
    /// Whether the file is the state of a single predictor, without a path.
    is_flat: bool,
    /// What stands at each path, in the order of the file.
    entries: Vec<(String, Entry)>,
    metadata: Fields,
}

/// What stands at a path of a file.
#[derive(Clone, Debug, PartialEq)]
enum Entry {
    Predictor(PredictorState),
    /// The state of something else, which only Python knows.
    Other(Value),
}

impl Program {
    /// The program of a `Predict`, whose only predictor has no path.
    #[must_use]
    pub fn single(state: PredictorState) -> Self {
        let entries = vec![(String::new(), Entry::Predictor(state))];
        Self { is_flat: true, entries, metadata: metadata::pinned() }
    }

    /// The program of any other module: its predictors by their paths, in order.
    ///
    /// # Errors
    /// [`ProgramError`] names every path that is empty, stands twice or is `metadata`, which DSPy
    /// writes over.
    pub fn of<N: Into<String>>(
        predictors: impl IntoIterator<Item = (N, PredictorState)>,
    ) -> Result<Self, ProgramError> {
        let mut paths = std::collections::HashSet::new();
        let (mut entries, mut faults) = (Vec::new(), Vec::new());
        for (path, state) in predictors {
            let path = path.into();
            let fault = match path.as_str() {
                "" => Some("a predictor has an empty path".to_owned()),
                metadata::KEY => Some("a predictor cannot stand at `metadata`".to_owned()),
                known if paths.contains(known) => Some(format!("predictor `{known}` stands twice")),
                _ => None,
            };
            faults.extend(fault.map(|message| ProgramFault::at(&path, message)));
            paths.insert(path.clone());
            entries.push((path, Entry::Predictor(state)));
        }
        ProgramError::unless_empty(faults)?;
        Ok(Self { is_flat: false, entries, metadata: metadata::pinned() })
    }

    /// The same program as saved by another version of Python, `major.minor`.
    ///
    /// A new program says `3.11`. DSPy warns where it runs on another one, and loads it.
    #[must_use]
    pub fn with_python(mut self, minor: &str) -> Self {
        metadata::set_python(&mut self.metadata, minor);
        self
    }

    /// The predictor at a path; that of a `Predict` has an empty one.
    ///
    /// # Errors
    /// [`ProgramError`] names the paths that there are.
    pub fn predictor(&self, path: &str) -> Result<&PredictorState, ProgramError> {
        let found = self.predictors().find(|(known, _)| *known == path);
        found.map(|(_, state)| state).ok_or_else(|| {
            let paths: Vec<&str> = self.predictors().map(|(path, _)| path).collect();
            fit::no_predictor(path, &paths, "").into()
        })
    }

    /// Paths and predictors, in the order of the file.
    pub fn predictors(&self) -> impl Iterator<Item = (&str, &PredictorState)> {
        self.entries.iter().filter_map(|(path, entry)| match entry {
            Entry::Predictor(state) => Some((path.as_str(), state)),
            Entry::Other(_) => None,
        })
    }

    /// What the file says about who wrote it.
    #[must_use]
    pub const fn metadata(&self) -> &Fields {
        &self.metadata
    }

    /// The text of the file, as DSPy's `save` writes it; Python loads it with
    /// `program.load("program.json")`.
    ///
    /// A file that came in another layout, of keys or of white space, comes out in DSPy's.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut document = self.state();
        document.insert(metadata::KEY, self.metadata.clone());
        orjson::document(&Value::Map(document))
    }

    /// What DSPy's `load_state` takes: the file without `metadata`.
    #[must_use]
    pub fn to_state(&self) -> Value {
        Value::Map(self.state())
    }

    fn state(&self) -> Fields {
        if let ([(_, Entry::Predictor(state))], true) = (self.entries.as_slice(), self.is_flat) {
            return state.document().clone();
        }
        let entry = |(path, entry): &(String, Entry)| match entry {
            Entry::Predictor(state) => (path.clone(), Value::Map(state.document().clone())),
            Entry::Other(value) => (path.clone(), value.clone()),
        };
        self.entries.iter().map(entry).collect()
    }
}
