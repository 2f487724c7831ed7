//! A completion of `JsonAdapter` while it is written: one object with all outputs.

use super::known::{KnownJson, complete};
use super::output::PartialOutput;
use crate::adapter::PreparedAdapter;
use crate::{Fields, Value};

/// The object, behind what models say before it.
#[derive(Clone, Debug)]
pub(super) struct JsonReader {
    object: KnownJson,
    /// Where each output stands in the object: to look for its name at each piece would make a long
    /// object take the square of its length.
    places: Vec<Option<usize>>,
}

impl JsonReader {
    pub(super) fn new(n_outputs: usize) -> Self {
        Self { object: KnownJson::new(&['{']), places: vec![None; n_outputs] }
    }

    pub(super) fn push(
        &mut self,
        piece: &str,
        adapter: &PreparedAdapter,
        outputs: &mut [PartialOutput],
    ) {
        let n_before = self.fields().map_or(0, Fields::len);
        if !self.object.push(piece) {
            return;
        }
        let Some(fields) = self.object.value().and_then(Value::as_map) else { return };
        // A piece adds to what was known last, and to what comes after that.
        for place in n_before.saturating_sub(1)..fields.len() {
            if let Some(output) = super::position(adapter, fields.name_at(place)) {
                outputs[output].begin();
                self.places[output] = Some(place);
            }
        }
    }

    fn fields(&self) -> Option<&Fields> {
        self.object.value()?.as_map()
    }

    pub(super) fn value(&self, output: usize) -> Option<&Value> {
        Some(self.fields()?.value_at(self.places[output]?))
    }

    /// How many lists, objects and texts are open in an output.
    fn depth(&self, output: usize) -> usize {
        let n_after =
            self.fields().zip(self.places[output]).map(|(fields, place)| fields.len() - place);
        // What stands last may be open, and the object itself is too.
        if n_after == Some(1) { self.object.depth().saturating_sub(1) } else { 0 }
    }

    pub(super) fn items(&self, output: usize) -> &[Value] {
        let items = self.value(output).and_then(Value::as_list).unwrap_or_default();
        complete(items, self.depth(output).saturating_sub(1))
    }

    pub(super) fn is_finished(&self, output: usize) -> bool {
        self.value(output).is_some() && self.depth(output) == 0
    }
}
