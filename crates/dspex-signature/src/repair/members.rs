//! An object while it is being read: ordered members, found by key.

use std::collections::HashMap;

use crate::{Fields, Value};

/// Below this, looking through the keys costs less than a table of them.
const FEW: usize = 16;

/// Members in the order in which their keys first came.
#[derive(Default)]
pub(super) struct Members {
    members: Vec<(Box<str>, Value)>,
    places: HashMap<Box<str>, usize>,
}

impl Members {
    pub(super) const fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    pub(super) fn contains(&self, key: &str) -> bool {
        self.place(key).is_some()
    }

    /// Sets a member; one that is known keeps its place.
    pub(super) fn set(&mut self, key: String, value: Value) {
        if let Some(place) = self.place(&key) {
            self.members[place].1 = value;
            return;
        }
        if self.members.len() == FEW {
            let keys = self.members.iter().enumerate();
            self.places = keys.map(|(place, (key, _))| (key.clone(), place)).collect();
        }
        if self.members.len() >= FEW {
            self.places.insert(key.as_str().into(), self.members.len());
        }
        self.members.push((key.into_boxed_str(), value));
    }

    /// The items of the last member, where it has a key and is a list.
    pub(super) fn last_list(&mut self) -> Option<&mut Vec<Value>> {
        match self.members.last_mut() {
            Some((key, Value::List(items))) if !key.is_empty() => Some(items),
            _ => None,
        }
    }

    pub(super) fn into_value(mut self) -> Value {
        self.members.shrink_to_fit();
        Value::Map(Fields::from_distinct(self.members))
    }

    fn place(&self, key: &str) -> Option<usize> {
        if self.members.len() > FEW {
            return self.places.get(key).copied();
        }
        self.members.iter().position(|(known, _)| **known == *key)
    }
}
