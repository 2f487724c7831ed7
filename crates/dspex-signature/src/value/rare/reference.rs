//! Objects that stay where they are: in a worker.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

use super::Rare;
use crate::Value;

/// An object of Python's that lives in a worker and cannot leave it: an open file, a retriever, a module.
///
/// It comes from a call that asks for it, and goes into later calls as any other value does. The worker keeps
/// the object until the last clone is dropped.
#[derive(Clone)]
pub struct Reference {
    object: u64,
    type_name: Box<str>,
    shown: Box<str>,
    keeper: Option<Keeper>,
}

/// What keeps an object in its worker until it is dropped; only the engine that made it knows what it is.
pub type Keeper = Arc<dyn Any + Send + Sync>;

impl Reference {
    /// An object by its number in the worker, its class and a short text for it. For engines.
    #[doc(hidden)]
    #[must_use]
    pub fn new(object: u64, type_name: &str, shown: &str) -> Self {
        Self { object, type_name: type_name.into(), shown: shown.into(), keeper: None }
    }

    /// The same object, kept until the last clone is dropped. For engines.
    #[doc(hidden)]
    #[must_use]
    pub fn kept_by(mut self, keeper: Keeper) -> Self {
        self.keeper = Some(keeper);
        self
    }

    /// What keeps it, where it is kept. For engines.
    #[doc(hidden)]
    #[must_use]
    pub const fn keeper(&self) -> Option<&Keeper> {
        self.keeper.as_ref()
    }

    /// Its number in the worker.
    #[must_use]
    pub const fn object(&self) -> u64 {
        self.object
    }

    /// The dotted name of its class: `shop.Retriever`.
    #[must_use]
    pub fn type_name(&self) -> &str {
        &self.type_name
    }
}

/// Whether both are the same object of the same worker.
impl PartialEq for Reference {
    fn eq(&self, other: &Self) -> bool {
        let is_same_keeper = match (&self.keeper, &other.keeper) {
            (Some(one), Some(other)) => Arc::ptr_eq(one, other),
            (one, other) => one.is_none() && other.is_none(),
        };
        self.object == other.object && is_same_keeper
    }
}

impl fmt::Display for Reference {
    /// The beginning of what Python's `repr()` gave when the object was kept.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.shown)
    }
}

impl fmt::Debug for Reference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = formatter.debug_struct("Reference");
        debug.field("object", &self.object).field("type_name", &self.type_name);
        debug.finish_non_exhaustive()
    }
}

impl From<Reference> for Value {
    fn from(reference: Reference) -> Self {
        Rare::Reference(reference).into()
    }
}

impl Value {
    /// The object in a worker, where this is one.
    #[must_use]
    pub const fn as_reference(&self) -> Option<&Reference> {
        match self {
            Self::Rare(rare) => match &**rare {
                Rare::Reference(reference) => Some(reference),
                _ => None,
            },
            _ => None,
        }
    }

    /// Goes through all references in this value, and may exchange them. For engines.
    #[doc(hidden)]
    #[must_use]
    pub fn map_references(self, map: &mut impl FnMut(Reference) -> Reference) -> Self {
        let all = |items: Vec<Self>, map: &mut _| -> Vec<Self> {
            items.into_iter().map(|item| item.map_references(map)).collect()
        };
        match self {
            Self::List(items) => Self::List(all(items, map)),
            Self::Tuple(items) => Self::Tuple(all(items, map)),
            Self::Set(items) => Self::Set(all(items, map)),
            Self::Map(fields) => {
                let entries = fields.into_iter();
                Self::Map(entries.map(|(name, value)| (name, value.map_references(map))).collect())
            }
            Self::Rare(rare) => match *rare {
                Rare::Reference(reference) => map(reference).into(),
                Rare::FrozenSet(items) => Self::frozen_set(all(items, map)),
                Rare::Dict(dict) => {
                    let entry = |(key, value): (Self, Self)| {
                        (key.map_references(map), value.map_references(map))
                    };
                    Self::dict(dict.into_iter().map(entry))
                }
                other => other.into(),
            },
            other => other,
        }
    }

    /// All references in this value.
    #[doc(hidden)]
    pub fn for_each_reference<'v>(&'v self, see: &mut impl FnMut(&'v Reference)) {
        match self {
            Self::Map(fields) => fields.iter().for_each(|(_, value)| value.for_each_reference(see)),
            other => {
                if let Some(reference) = other.as_reference() {
                    see(reference);
                }
                for (key, value) in other.as_dict().into_iter().flat_map(super::Dict::iter) {
                    key.for_each_reference(see);
                    value.for_each_reference(see);
                }
                for item in other.as_list().unwrap_or_default() {
                    item.for_each_reference(see);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fields;

    #[test]
    fn references_are_found_wherever_they_stand() {
        let at = |object| Value::from(Reference::new(object, "shop.Shelf", "<Shelf 7>"));
        let value = Value::from(fields! {
            "list" => vec![at(1), Value::Tuple(vec![at(2)])],
            "set" => Value::Set(vec![at(3), Value::frozen_set(vec![at(4)])]),
            "dict" => Value::dict([(at(5), at(6)), (1.into(), fields! { "a" => at(7) }.into())]),
            "text" => "none",
        });
        let mut found = Vec::new();
        value.for_each_reference(&mut |reference| found.push(reference.object()));
        assert_eq!(found, [1, 2, 3, 4, 5, 6, 7]);
        let keeper: Keeper = Arc::new(());
        let kept = value.clone().map_references(&mut |reference| reference.kept_by(keeper.clone()));
        assert_eq!(Arc::strong_count(&keeper), 8);
        assert_ne!(kept, value);
        assert_eq!(kept, kept.clone());
        drop(kept);
        assert_eq!(Arc::strong_count(&keeper), 1);
    }

    #[test]
    fn a_reference_shows_what_python_said_of_it() {
        let value = Value::from(vec![Reference::new(1, "shop.Shelf", "<Shelf 7>")]);
        assert_eq!(value.to_string(), "[<Shelf 7>]");
        assert_eq!(value.to_json(), r#"["<Shelf 7>"]"#);
    }
}
