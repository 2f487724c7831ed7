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
        let is_any = *key == Type::Any || *item == Type::Any;
        let entries = match given::entries(given) {
            Ok(entries) => entries,
            Err(other) => {
                let Some(dict) = other.as_dict() else { return self.fault(ty, &other) };
                if is_any {
                    self.floor(Exactness::Strict);
                }
                let entries = dict.iter().map(|(key, value)| (key.clone(), Cow::Borrowed(value)));
                return self.keyed(key, item, entries);
            }
        };
        if !entries.is_empty() && is_any {
            self.floor(Exactness::Strict);
        }
        if !matches!(key, Type::Str | Type::Any) {
            return match entries {
                Cow::Owned(entries) => {
                    let entries = entries.into_iter();
                    self.keyed(
                        key,
                        item,
                        entries.map(|(key, value)| (key.into(), Cow::Owned(value))),
                    )
                }
                Cow::Borrowed(entries) => {
                    let entries = entries.iter();
                    let entry = |(key, value)| (Value::from(key), Cow::Borrowed(value));
                    self.keyed(key, item, entries.map(entry))
                }
            };
        }
        if *item == Type::Any {
            return Some(Value::Map(entries.into_owned()));
        }
        let mut entry = |name: &str, value: Cow<'_, Value>| {
            let place = |fault: ValueError| fault.in_field(name);
            self.part(|lax| lax.value(item, value), place).unwrap_or_default()
        };
        let mut checked = Vec::with_capacity(entries.len());
        match entries {
            Cow::Owned(entries) => {
                for (name, value) in entries {
                    let value = entry(&name, Cow::Owned(value));
                    checked.push((name.into_boxed_str(), value));
                }
            }
            Cow::Borrowed(entries) => {
                for (name, value) in entries.iter() {
                    checked.push((name.into(), entry(name, Cow::Borrowed(value))));
                }
            }
        }
        Some(Value::Map(Fields::from_distinct(checked)))
    }

    /// A dict whose keys are of a type too. Of keys that come to equal ones the first stays, with the
    /// last value.
    fn keyed<'v>(
        &mut self,
        key: &'t Type,
        item: &'t Type,
        entries: impl Iterator<Item = (Value, Cow<'v, Value>)>,
    ) -> Option<Value> {
        let (mut keys, mut values) = (Distinct::default(), Vec::new());
        for (name, value) in entries {
            let text = name.to_string();
            let place = |fault: ValueError| fault.in_field(&text);
            let converted = self.part(|lax| lax.value(key, Cow::Owned(name)), place);
            let value = self.part(|lax| lax.value(item, value), place).unwrap_or_default();
            let Some(converted) = converted else { continue };
            match keys.add(converted) {
                (place, true) => {
                    if super::mixes_members(key) {
                        self.unsure.get_or_insert_with(|| "keys may be equal to Python".to_owned());
                    }
                    values[place] = value;
                }
                (_, false) => values.push(value),
            }
        }
        Some(Value::dict_of(keys, values))
    }
}
