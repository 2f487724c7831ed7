//! The state of one predictor.

use super::{LmState, ProgramError, ProgramFault, check, saved};
use crate::{Fields, Signature, Value, fields};

/// What DSPy saves of a `Predict`: instructions, prefixes and descriptions in the order of the
/// fields, demos and the language model; neither names nor types of fields.
///
/// Everything that stands in the file stays, in its order, whether or not dspex reads it.
#[derive(Clone, Debug, PartialEq)]
pub struct PredictorState {
    /// The object of the file, which `check` has found to be a predictor's, without `metadata`.
    document: Fields,
}

/// One field of a saved signature, known by its place only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SavedField<'a> {
    /// The prefix, which tells most about the field's name: `Search Query:`.
    pub prefix: &'a str,
    /// The description; `${name}` for a field that has none.
    pub desc: &'a str,
}

impl PredictorState {
    /// The state of a predictor of this signature, without demos and without a language model of
    /// its own.
    #[must_use]
    pub fn of(signature: &Signature) -> Self {
        let field = |field: &crate::Field| {
            let (prefix, desc) = (field.prefix().into_owned(), field.desc().into_owned());
            fields! { "prefix" => prefix, "description" => desc }
        };
        let nothing = || Value::List(Vec::new());
        Self {
            document: fields! {
                "traces" => nothing(),
                "train" => nothing(),
                "demos" => nothing(),
                "signature" => fields! {
                    "instructions" => signature.instructions(),
                    "fields" => signature.fields().map(field).collect::<Vec<_>>(),
                },
                "lm" => Value::Null,
            },
        }
    }

    /// A state from an object of a file.
    pub(super) fn read(path: &str, document: Fields) -> Result<Self, Vec<ProgramFault>> {
        let faults = check::faults(path, &document);
        if faults.is_empty() { Ok(Self { document }) } else { Err(faults) }
    }

    /// The same state with other demos.
    ///
    /// Tuples become lists, `nan` and the infinities null, as DSPy saves them.
    ///
    /// # Errors
    /// [`ProgramError`] names every value that DSPy does not save: sets, bytes, integers beyond 64
    /// bits.
    pub fn with_demos(mut self, demos: Vec<Fields>) -> Result<Self, ProgramError> {
        let demos = saved::demos(demos).map_err(ProgramError::of)?;
        self.document.insert("demos", demos);
        Ok(self)
    }

    /// The same state with a language model of its own.
    ///
    /// # Errors
    /// [`ProgramError`] where the model holds an `api_key` or a value that DSPy does not save.
    pub fn with_lm(mut self, lm: &LmState) -> Result<Self, ProgramError> {
        let entries = saved::lm(lm.entries().clone())?;
        self.document.insert("lm", entries);
        Ok(self)
    }

    /// The instructions, as they stand in the file.
    #[must_use]
    pub fn instructions(&self) -> &str {
        self.signature().value("instructions").and_then(Value::as_str).unwrap_or_default()
    }

    /// The fields, inputs first.
    pub fn fields(&self) -> impl ExactSizeIterator<Item = SavedField<'_>> {
        list(self.signature().value("fields")).iter().map(|field| SavedField {
            prefix: text(field, "prefix"),
            desc: text(field, "description"),
        })
    }

    /// The demos, oldest first; values are as JSON has them.
    ///
    /// A demo may lack fields and may have others beside them: optimizers keep whole examples of
    /// the training set, and `augmented` marks those that the program itself has answered.
    pub fn demos(&self) -> impl ExactSizeIterator<Item = &Fields> {
        const NONE: &Fields = &Fields::new();
        list(self.document.value("demos")).iter().map(|demo| demo.as_map().unwrap_or(NONE))
    }

    /// Everything that was saved, in the order of the file, `metadata` apart.
    #[must_use]
    pub const fn document(&self) -> &Fields {
        &self.document
    }

    fn signature(&self) -> &Fields {
        const NONE: &Fields = &Fields::new();
        self.document.value("signature").and_then(Value::as_map).unwrap_or(NONE)
    }
}

fn list(value: Option<&Value>) -> &[Value] {
    value.and_then(Value::as_list).unwrap_or_default()
}

fn text<'a>(field: &'a Value, key: &str) -> &'a str {
    field.as_map().and_then(|field| field.value(key)).and_then(Value::as_str).unwrap_or_default()
}
