//! In which containers the parser stands.

/// What is being read in the innermost container.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Key,
    Value,
    Item,
}

/// The containers around the position, outermost first.
#[derive(Default)]
pub(super) struct Places {
    stack: Vec<Place>,
    counts: [usize; 3],
}

impl Places {
    /// Whether no container is open.
    pub(super) const fn is_top_level(&self) -> bool {
        self.stack.is_empty()
    }

    /// What is being read, within any container.
    pub(super) fn innermost(&self) -> Option<Place> {
        self.stack.last().copied()
    }

    /// Whether this is what is being read.
    pub(super) fn is(&self, place: Place) -> bool {
        self.stack.last() == Some(&place)
    }

    /// Whether this is being read, here or in a container further out.
    pub(super) const fn is_within(&self, place: Place) -> bool {
        self.counts[place as usize] > 0
    }

    pub(super) fn enter(&mut self, place: Place) {
        self.stack.push(place);
        self.counts[place as usize] += 1;
    }

    pub(super) fn leave(&mut self) {
        if let Some(place) = self.stack.pop() {
            self.counts[place as usize] -= 1;
        }
    }

    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }
}
