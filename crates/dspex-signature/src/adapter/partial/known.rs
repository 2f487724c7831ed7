//! JSON behind what models say before it, as far as it can be followed.

use crate::{PartialJson, Value};

/// A list or an object in a text that grows; what does not go on as JSON stays as it was.
#[derive(Clone, Debug)]
pub(super) struct KnownJson {
    json: PartialJson,
    /// What the value begins with, which is looked for.
    openers: &'static [char],
    has_begun: bool,
    is_broken: bool,
}

impl KnownJson {
    pub(super) fn new(openers: &'static [char]) -> Self {
        Self { json: PartialJson::new(), openers, has_begun: false, is_broken: false }
    }

    /// Adds a piece; says whether it was read.
    pub(super) fn push(&mut self, piece: &str) -> bool {
        let start = if self.has_begun { Some(0) } else { piece.find(self.openers) };
        let Some(start) = start.filter(|_| !self.is_broken) else { return false };
        self.has_begun = true;
        self.is_broken = self.json.push(&piece[start..]).is_err();
        !piece.is_empty()
    }

    pub(super) fn value(&self) -> Option<&Value> {
        self.json.value()
    }

    /// How many lists, objects and texts are still open.
    pub(super) fn depth(&self) -> usize {
        self.json.depth()
    }

    /// Whether all of the value is there.
    pub(super) fn is_whole(&self) -> bool {
        self.value().is_some() && self.depth() == 0
    }
}

/// The items of a list that are complete, where `depth` lists, objects and texts are open in the list.
pub(super) fn complete(items: &[Value], depth: usize) -> &[Value] {
    &items[..items.len() - usize::from(depth > 0 && !items.is_empty())]
}
