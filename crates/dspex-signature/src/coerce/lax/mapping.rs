//! Dicts and other mappings.

use std::borrow::Cow;

use super::{Exactness, Lax, given};
use crate::{Fields, Mapping, Type, Value, ValueError, coerce::compare::Distinct};

impl<'t> Lax<'t> {
    pub(super) fn mapping(
        &mut self,
        ty: &'t Type,
        kind: Mapping,
        key: &'t Type,
        item: &'t Type,
        given: Cow<'_, Value>,
    ) -> Option<Value> {
        match kind {
            Mapping::Mapping | Mapping::MutableMapping => {}
            // A dict is made into one.
            Mapping::OrderedDict | Mapping::DefaultDict | Mapping::Counter => {
                self.floor(Exactness::Lax);
            }
        }
        self.dict(ty, key, item, given)
    }

    pub(super) fn dict(
        &mut self,
        ty: &'t Type,
        key: &'t Type,
        item: &'t Type,
        given: Cow<'_, Value>,
    ) -> Option<Value> {
        let entries = match given::entries(given) {
            Ok(entries) => entries,
            Err(other) => return self.fault(ty, &other),
        };
        let are_texts = matches!(key, Type::Str | Type::Any);
        if !entries.is_empty() && (*key == Type::Any || *item == Type::Any) {
            self.floor(Exactness::Strict);
        }
        if are_texts && *item == Type::Any {
            return Some(Value::Map(entries.into_owned()));
        }
        let mut keys = Keys::default();
        let mut checked = Vec::with_capacity(entries.len());
        match entries {
            Cow::Owned(entries) => {
                for (name, value) in entries {
                    let name = self.entry(key, name, item, Cow::Owned(value), &mut keys);
                    keys.push(name, &mut checked);
                }
            }
            Cow::Borrowed(entries) => {
                for (name, value) in entries.iter() {
                    let name =
                        self.entry(key, name.to_owned(), item, Cow::Borrowed(value), &mut keys);
                    keys.push(name, &mut checked);
                }
            }
        }
        match are_texts {
            true => Some(Value::Map(Fields::from_distinct(checked))),
            // Two keys that differ may be the same text in JSON.
            false => Some(Value::Map(Fields::from_pairs(checked))),
        }
    }

    /// A key, the place of an equal one before it, and its value.
    fn entry(
        &mut self,
        key: &'t Type,
        name: String,
        item: &'t Type,
        value: Cow<'_, Value>,
        keys: &mut Keys,
    ) -> Entry {
        let place = |fault: ValueError| fault.in_field(&name);
        if matches!(key, Type::Str | Type::Any) {
            let value = self.part(|lax| lax.value(item, value), place).unwrap_or_default();
            return Entry { place: None, name, value };
        }
        let text = Cow::Owned(Value::Text(name.clone()));
        let converted = self.part(|lax| lax.value(key, text), place);
        let value = self.part(|lax| lax.value(item, value), place).unwrap_or_default();
        let Some(converted) = converted else { return Entry { place: None, name, value } };
        let Some(name) = key_text(&converted) else {
            self.leak(format!("a key of type `{}` has no text in JSON", converted.python_type()));
            return Entry { place: None, name, value };
        };
        let (place, was_there) = keys.distinct.add(converted);
        if was_there && super::mixes_members(key) {
            self.unsure.get_or_insert_with(|| "keys may be equal to Python".to_owned());
        }
        Entry { place: was_there.then_some(place), name, value }
    }
}

struct Entry {
    place: Option<usize>,
    name: String,
    value: Value,
}

/// The keys of a dict so far. Of equal keys the first stays, with the last value.
#[derive(Default)]
struct Keys {
    distinct: Distinct,
}

impl Keys {
    fn push(&mut self, entry: Entry, checked: &mut Vec<(Box<str>, Value)>) {
        let known = entry.place.and_then(|place| checked.get_mut(place));
        match known {
            Some((_, value)) => *value = entry.value,
            None => checked.push((entry.name.into_boxed_str(), entry.value)),
        }
    }
}

/// A key as pydantic writes it into JSON.
fn key_text(key: &Value) -> Option<String> {
    match key {
        Value::Text(text) => Some(text.clone()),
        Value::Null => Some("None".to_owned()),
        Value::Bool(bool) => Some(bool.to_string()),
        Value::Int(_) | Value::BigInt(_) | Value::Float(_) => Some(key.python_repr()),
        Value::Bytes(bytes) => std::str::from_utf8(bytes).ok().map(str::to_owned),
        Value::Tagged(tagged) => Some(tagged.as_str().to_owned()),
        _ => None,
    }
}
