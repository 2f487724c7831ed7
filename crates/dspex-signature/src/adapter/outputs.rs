//! The outputs of a completion, as an adapter finds them.

use super::{ParseError, Parsed};
use crate::{Coerced, Fields, Signature, Type, Value};

/// Gathers outputs by name until one cannot be read.
pub(super) struct Outputs<'a> {
    signature: &'a Signature,
    values: Vec<Option<Value>>,
    stopped: Option<Parsed>,
}

impl<'a> Outputs<'a> {
    pub(super) fn new(signature: &'a Signature) -> Self {
        Self { signature, values: vec![None; signature.outputs().len()], stopped: None }
    }

    /// Reads one output; returns `false` once the result is settled. As in DSPy the first value
    /// of a name counts, names of no output are passed over, and the first that cannot be read
    /// settles it.
    pub(super) fn read(&mut self, name: &str, coerce: impl FnOnce(&Type) -> Coerced) -> bool {
        let outputs = self.signature.outputs();
        let Some(position) = outputs.iter().position(|field| field.name == name) else {
            return true;
        };
        if self.values[position].is_some() {
            return true;
        }
        match coerce(&outputs[position].ty) {
            Coerced::Exact(value) => self.values[position] = Some(value),
            Coerced::Unsure(unsure) => self.stopped = Some(Parsed::Unsure(unsure.of_field(name))),
            Coerced::Fails(faults) => {
                let faults: Vec<_> =
                    faults.into_iter().map(|fault| fault.in_field(name).to_string()).collect();
                self.stopped = Some(self.fails(faults.join("; ")));
            }
        }
        self.stopped.is_none()
    }

    /// All outputs in the signature's order; those that are missing get their default, or `None`
    /// where their type allows it.
    pub(super) fn finish(mut self) -> Parsed {
        if let Some(parsed) = self.stopped {
            return parsed;
        }
        for (field, value) in self.signature.outputs().iter().zip(&mut self.values) {
            if value.is_none() {
                *value = match &field.default {
                    Some(default) => Some(default.clone()),
                    None => field.ty.allows_none().then_some(Value::Null),
                };
            }
        }
        match self.missing() {
            missing if missing.is_empty() => Parsed::Exact(self.found()),
            missing => {
                self.fails(format!("the completion has no field `{}`", missing.join("`, `")))
            }
        }
    }

    /// A refusal with what was found so far.
    pub(super) fn fails(&mut self, message: impl Into<String>) -> Parsed {
        let missing = self.missing();
        Parsed::Fails(ParseError::new(message, self.found(), missing))
    }

    fn missing(&self) -> Vec<String> {
        let pairs = self.signature.outputs().iter().zip(&self.values);
        pairs.filter(|(_, value)| value.is_none()).map(|(field, _)| field.name.clone()).collect()
    }

    /// Moves out what was found.
    fn found(&mut self) -> Fields {
        let names = self.signature.outputs().iter().map(|field| field.name.as_str().into());
        let pairs =
            names.zip(&mut self.values).filter_map(|(name, value)| Some((name, value.take()?)));
        Fields::from_pairs(pairs.collect())
    }
}
