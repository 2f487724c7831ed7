//! The later values of keys that come twice: kept aside, so that what is shown only grows.

use std::collections::hash_map::{Entry, HashMap, RandomState};
use std::hash::BuildHasher;

use crate::{Fields, Value};

/// Values that are not shown before the end.
#[derive(Clone, Debug, Default)]
pub(super) struct Later {
    replacements: Vec<Replacement>,
    n_objects: usize,
}

/// A value and where it belongs.
#[derive(Clone, Debug)]
struct Replacement {
    /// Objects that are shown are numbered as they open.
    object: usize,
    place: usize,
    value: Value,
}

impl Later {
    /// The number of an object that opens.
    pub(super) const fn number_object(&mut self) -> usize {
        self.n_objects += 1;
        self.n_objects - 1
    }

    pub(super) fn keep(&mut self, object: usize, place: usize, value: Value) {
        self.replacements.push(Replacement { object, place, value });
    }

    /// The value that was kept last, which may still grow.
    pub(super) fn growing(&mut self) -> &mut Value {
        &mut self.replacements.last_mut().expect("a value was kept").value
    }

    /// Puts every value in its place; of several for one place the last one stays.
    pub(super) fn settle(mut self, value: &mut Value) {
        if !self.replacements.is_empty() {
            // Objects are numbered in the order in which they are walked through. The order for
            // one object is kept.
            self.replacements.sort_by_key(|replacement| replacement.object);
            settle(value, &mut 0, &mut self.replacements.into_iter().peekable());
        }
    }
}

type Sorted = std::iter::Peekable<std::vec::IntoIter<Replacement>>;

fn settle(value: &mut Value, n_objects: &mut usize, replacements: &mut Sorted) {
    match value {
        Value::List(items) => {
            items.iter_mut().for_each(|item| settle(item, n_objects, replacements));
        }
        Value::Map(fields) => {
            let object = *n_objects;
            *n_objects += 1;
            let mut own = Vec::new();
            while let Some(replacement) = replacements.next_if(|next| next.object == object) {
                own.push(replacement);
            }
            let pairs = fields.pairs_mut();
            // What is replaced was shown as well, so that its objects count.
            pairs.iter_mut().for_each(|(_, value)| settle(value, n_objects, replacements));
            for Replacement { place, value, .. } in own {
                pairs[place].1 = value;
            }
        }
        _ => {}
    }
}

/// Where the names of an object stand, by their hashes.
///
/// The names themselves are in the object already, and stay there when the table grows.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    hasher: RandomState,
    /// Empty where the object has few names.
    places: HashMap<u64, usize>,
}

impl Names {
    /// The place of a name that the fields have; another is about to become the last.
    pub(super) fn find_or_add(&mut self, fields: &Fields, name: &str) -> Option<usize> {
        // Up to here, looking through the names costs less than a table of them.
        const FEW: usize = 16;
        let search = || fields.names().position(|known| known == name);
        if fields.len() <= FEW {
            return search();
        }
        if self.places.is_empty() {
            for (place, name) in fields.names().enumerate() {
                self.places.entry(self.hasher.hash_one(name)).or_insert(place);
            }
        }
        match self.places.entry(self.hasher.hash_one(name)) {
            Entry::Vacant(entry) => {
                entry.insert(fields.len());
                None
            }
            Entry::Occupied(entry) if fields.name_at(*entry.get()) == name => Some(*entry.get()),
            // Another name has the same hash, which next to never happens.
            Entry::Occupied(_) => search(),
        }
    }
}
