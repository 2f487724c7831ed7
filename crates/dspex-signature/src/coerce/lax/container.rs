//! Lists, tuples, sets and other collections.

use std::borrow::Cow;

use super::{Exactness, Lax, given};
use crate::{Bare, Collection, Type, Value, ValueError, coerce::compare::Distinct};

impl<'t> Lax<'t> {
    pub(super) fn list(
        &mut self,
        ty: &'t Type,
        item: &'t Type,
        given: Cow<'_, Value>,
    ) -> Option<Value> {
        if !matches!(*given, Value::List(_)) {
            self.floor(Exactness::Lax);
        }
        self.items(ty, item, given).map(Value::List)
    }

    pub(super) fn collection(
        &mut self,
        ty: &'t Type,
        kind: Collection,
        item: &'t Type,
        given: Cow<'_, Value>,
    ) -> Option<Value> {
        match kind {
            Collection::MutableSequence => self.list(ty, item, given),
            Collection::Deque => {
                self.floor(Exactness::Lax);
                self.items(ty, item, given).map(Value::List)
            }
            Collection::Tuple => {
                if !matches!(*given, Value::Tuple(_)) {
                    self.floor(Exactness::Lax);
                }
                self.any_items(item, &given);
                self.items(ty, item, given).map(Value::Tuple)
            }
            Collection::Sequence => self.sequence(ty, item, given),
            Collection::Set | Collection::MutableSet => {
                if !matches!(*given, Value::Set(_)) {
                    self.floor(Exactness::Lax);
                }
                self.set(ty, item, given).map(Value::Set)
            }
            Collection::FrozenSet | Collection::AbstractSet => {
                if matches!(*given, Value::Set(_)) || given.as_any_set().is_none() {
                    self.floor(Exactness::Lax);
                }
                self.set(ty, item, given).map(Value::frozen_set)
            }
            Collection::Iterable => match *given {
                Value::Null | Value::Bool(_) | Value::Int(_) => self.fault(ty, &given),
                Value::BigInt(_) | Value::Float(_) | Value::Tagged(_) => self.fault(ty, &given),
                // Its items are looked at when the program asks for them.
                _ => self.unsure(ty, &given),
            },
        }
    }

    /// Lists and tuples, which stay what they are; without a type for its items any text, too.
    fn sequence(&mut self, ty: &'t Type, item: &'t Type, given: Cow<'_, Value>) -> Option<Value> {
        match &*given {
            Value::List(_) => self.items(ty, item, given).map(Value::List),
            Value::Tuple(_) => self.items(ty, item, given).map(Value::Tuple),
            Value::Text(_) | Value::Bytes(_) if *item == Type::Any => Some(given.into_owned()),
            _ => self.fault(ty, &given),
        }
    }

    fn items(&mut self, ty: &'t Type, item: &'t Type, given: Cow<'_, Value>) -> Option<Vec<Value>> {
        let is_set = given.as_any_set().is_some_and(|items| items.len() > 1);
        let items = match given::list(given) {
            Ok(items) => items,
            Err(other) => {
                self.fault(ty, &other);
                return None;
            }
        };
        if is_set {
            self.unsure
                .get_or_insert_with(|| "Python's sets have an order of their own".to_owned());
        }
        if *item == Type::Any {
            return Some(items.into_owned());
        }
        let mut checked = |index, value: Cow<'_, Value>| {
            let value = self.part(|lax| lax.value(item, value), |fault| fault.in_item(index));
            value.unwrap_or_default()
        };
        Some(match items {
            // In their places, so that a large list is not held twice.
            Cow::Owned(mut items) => {
                for (index, slot) in items.iter_mut().enumerate() {
                    *slot = checked(index, Cow::Owned(std::mem::take(slot)));
                }
                items
            }
            Cow::Borrowed(items) => {
                let borrowed = items.iter().map(Cow::Borrowed).enumerate();
                borrowed.map(|(index, value)| checked(index, value)).collect()
            }
        })
    }

    /// Where items are of any type, a list looks at none of them, and other collections do.
    fn any_items(&mut self, item: &Type, given: &Value) {
        if *item == Type::Any && given.as_list().is_some_and(|items| !items.is_empty()) {
            self.floor(Exactness::Strict);
        }
    }

    /// The items of a set, each once.
    fn set(&mut self, ty: &'t Type, item: &'t Type, given: Cow<'_, Value>) -> Option<Vec<Value>> {
        self.any_items(item, &given);
        let is_set = given.as_any_set().is_some_and(|items| items.len() > 1);
        let items = match given::items(given) {
            Ok(items) => items,
            Err(other) => {
                self.fault(ty, &other);
                return None;
            }
        };
        let mut distinct = Distinct::default();
        for (index, value) in items.enumerate() {
            let place = |fault: ValueError| fault.in_item(index);
            let Some(value) = self.part(|lax| lax.value(item, value), place) else { continue };
            match is_hashable(item, &value) {
                Some(true) => {
                    let (_, was_there) = distinct.add(value);
                    // Which of two equal items comes first in a set is Python's order of hashes.
                    if was_there && (is_set || super::mixes_members(item)) {
                        self.unsure
                            .get_or_insert_with(|| "items may be equal to Python".to_owned());
                    }
                }
                Some(false) => {
                    self.part(|lax| lax.fault("a hashable item", &value), place);
                }
                None => {
                    self.leak("a set within a set may be a frozenset".to_owned());
                }
            }
        }
        Some(distinct.into_values())
    }

    pub(super) fn tuple(
        &mut self,
        ty: &'t Type,
        types: &'t [Type],
        given: Cow<'_, Value>,
    ) -> Option<Value> {
        match &*given {
            Value::Tuple(_) => {}
            other if other.as_any_set().is_some_and(|items| items.len() > 1) => {
                return self.leak("Python's sets have an order of their own".to_owned());
            }
            _ => self.floor(Exactness::Lax),
        }
        let items = match given::items(given) {
            Ok(items) => items,
            Err(other) => return self.fault(ty, &other),
        };
        if items.len() > types.len() {
            let found = format!("{} items", items.len());
            return self.fault_found(ty, &found);
        }
        let n_items = items.len();
        let mut checked = Vec::with_capacity(types.len());
        for (index, (item, value)) in types.iter().zip(items).enumerate() {
            let value = self.part(|lax| lax.value(item, value), |fault| fault.in_item(index));
            checked.push(value.unwrap_or_default());
        }
        for (index, item) in types.iter().enumerate().skip(n_items) {
            self.part(|lax| lax.fault_found(item, "no such item"), |fault| fault.in_item(index));
        }
        Some(Value::Tuple(checked))
    }
}

/// Whether an item of a set has a hash; `None` where the value alone does not tell.
fn is_hashable(ty: &Type, value: &Value) -> Option<bool> {
    match (value, ty) {
        (Value::List(_) | Value::Map(_), _) => Some(false),
        (dict, _) if dict.is_dict() => Some(false),
        (
            Value::Set(_),
            Type::Collection(Collection::Set | Collection::MutableSet, _) | Type::Bare(Bare::Set),
        ) => Some(false),
        (Value::Set(_), _) => None,
        (Value::Tuple(items), ty) => {
            let hashes = items.iter().enumerate().map(|(index, item)| {
                let ty = match ty {
                    Type::Tuple(types) => types.get(index).unwrap_or(&Type::Any),
                    Type::Collection(Collection::Tuple, item) => item,
                    _ => &super::ANY,
                };
                is_hashable(ty, item)
            });
            let hashes: Vec<_> = hashes.collect();
            match () {
                () if hashes.contains(&Some(false)) => Some(false),
                () if hashes.contains(&None) => None,
                () => Some(true),
            }
        }
        _ => Some(true),
    }
}
