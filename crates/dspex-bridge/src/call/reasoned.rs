//! An output with the reasoning that `ChainOfThought` puts before it.

use std::ops::Deref;

use dspex_signature::{Fields, Part, Record, RecordShape, ValueError};

/// Your output, with the model's reasoning beside it; reads like your output.
#[derive(Clone, Debug, PartialEq)]
pub struct Reasoned<T> {
    /// What the model thought before it answered.
    pub reasoning: String,
    output: T,
}

impl<T> Reasoned<T> {
    /// The name of the field that the module adds.
    pub const FIELD: &'static str = "reasoning";

    /// The output alone.
    pub fn into_inner(self) -> T {
        self.output
    }
}

impl<T> Deref for Reasoned<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.output
    }
}

impl<T: Record> Record for Reasoned<T> {
    const SHAPE: RecordShape = RecordShape {
        name: T::SHAPE.name,
        open: T::SHAPE.open,
        // Not `Part::Own`: what a module adds is read by its full name only, never by wiring.
        parts: &[Part::Flat(&T::SHAPE)],
    };
    const FULL_NAMES: &'static [(&'static str, &'static str)] = T::FULL_NAMES;

    fn into_fields(self) -> Fields {
        Fields::new()
            .with(Self::FIELD, self.reasoning)
            .into_iter()
            .chain(self.output.into_fields())
            .collect()
    }

    fn from_fields(fields: &Fields) -> Result<Self, ValueError> {
        Ok(Self { reasoning: fields.get(Self::FIELD)?, output: T::from_fields(fields)? })
    }
}
