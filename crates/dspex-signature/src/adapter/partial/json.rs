//! A completion of `JsonAdapter` while it is written: one object with all outputs.

use super::known::{KnownJson, complete};
use super::output::PartialOutput;
use crate::adapter::PreparedAdapter;
use crate::{Fields, Value};

/// The object, behind what models say before it.
#[derive(Clone, Debug)]
pub(super) struct JsonReader {
    object: KnownJson,
}

impl JsonReader {
    pub(super) fn push(
        &mut self,
        piece: &str,
        adapter: &PreparedAdapter,
        outputs: &mut [PartialOutput],
    ) {
        let n_before = self.n_known();
        if !self.object.push(piece) {
            return;
        }
        // A piece adds to what was known last, and to what comes after that.
        let grown = self.fields().into_iter().flat_map(Fields::names).skip(n_before.max(1) - 1);
        for place in grown.filter_map(|name| super::position(adapter, name)) {
            outputs[place].begin();
        }
    }

    fn fields(&self) -> Option<&Fields> {
        self.object.value()?.as_map()
    }

    fn n_known(&self) -> usize {
        self.fields().map_or(0, Fields::len)
    }

    pub(super) fn value(&self, name: &str) -> Option<&Value> {
        self.fields()?.value(name)
    }

    /// How many lists, objects and texts are open in a value.
    fn depth(&self, name: &str) -> usize {
        let is_last = self.fields().and_then(|fields| fields.names().last()) == Some(name);
        // The object itself is open too.
        if is_last { self.object.depth().saturating_sub(1) } else { 0 }
    }

    pub(super) fn items(&self, name: &str) -> &[Value] {
        let items = self.value(name).and_then(Value::as_list).unwrap_or_default();
        complete(items, self.depth(name).saturating_sub(1))
    }

    pub(super) fn is_finished(&self, name: &str) -> bool {
        self.value(name).is_some() && self.depth(name) == 0
    }
}

impl Default for JsonReader {
    fn default() -> Self {
        Self { object: KnownJson::new(&['{']) }
    }
}
