//! Dicts with keys that are no text.

use std::collections::HashMap;
use std::fmt::{self, Write};

use super::Rare;
use crate::coerce::compare::Distinct;
use crate::value::text::repr;
use crate::{Fields, Value};

/// A dict of which one key at least is no text: `{1: "one", (2, 3): "point"}`.
///
/// One whose keys are all texts is a [`Value::Map`]. Keys keep the order in which they were written, and
/// each stands once: of keys that are equal to Python, such as `1` and `True`, the first stays and has
/// the value of the last.
#[derive(Clone, Debug, PartialEq)]
pub struct Dict(Vec<(Value, Value)>);

impl Value {
    /// A dict with these keys, whatever they are: a [`Value::Map`] where all of them are texts.
    ///
    /// ```
    /// use dspex_signature::Value;
    ///
    /// let dict = Value::dict([(1.into(), "one".into()), (Value::Null, "none".into())]);
    /// assert_eq!(dict.python_repr(), "{1: 'one', None: 'none'}");
    /// assert_eq!(dict.to_json(), r#"{"1": "one", "None": "none"}"#);
    /// ```
    #[must_use]
    pub fn dict(entries: impl IntoIterator<Item = (Self, Self)>) -> Self {
        let (mut keys, mut values) = (Distinct::default(), Vec::new());
        for (key, value) in entries {
            match keys.add(key) {
                (place, true) => values[place] = value,
                (_, false) => values.push(value),
            }
        }
        Self::dict_of(keys, values)
    }

    /// A dict of keys and a value for each.
    pub(crate) fn dict_of(keys: Distinct, values: Vec<Self>) -> Self {
        let entries: Vec<_> = keys.into_values().into_iter().zip(values).collect();
        if entries.iter().any(|(key, _)| key.as_str().is_none()) {
            return Rare::Dict(Dict(entries)).into();
        }
        let texts = entries.into_iter().filter_map(|(key, value)| match key {
            Self::Text(key) => Some((key.into_boxed_str(), value)),
            _ => None,
        });
        Self::Map(Fields::from_distinct(texts.collect()))
    }

    /// The entries, where this is a dict with a key that is no text.
    #[must_use]
    pub const fn as_dict(&self) -> Option<&Dict> {
        match self {
            Self::Rare(rare) => match &**rare {
                Rare::Dict(dict) => Some(dict),
                _ => None,
            },
            _ => None,
        }
    }

    /// The text that pydantic writes for this key of a dict in JSON: `1`, `true`, `None`, `1,2` for a
    /// tuple; `None` where it writes none.
    pub(crate) fn json_key(&self) -> Option<String> {
        match self {
            Self::Text(text) => Some(text.clone()),
            Self::Null => Some("None".to_owned()),
            Self::Bool(bool) => Some(bool.to_string()),
            Self::Float(float) if !float.is_finite() => Some("None".to_owned()),
            Self::Int(_) | Self::BigInt(_) | Self::Float(_) => Some(self.python_repr()),
            Self::Bytes(bytes) => std::str::from_utf8(bytes).ok().map(str::to_owned),
            Self::Tagged(tagged) => Some(tagged.as_str().to_owned()),
            Self::Tuple(items) => {
                let keys: Option<Vec<_>> = items.iter().map(Self::json_key).collect();
                keys.map(|keys| keys.join(","))
            }
            Self::Rare(rare) => match **rare {
                Rare::Complex(complex) => Some(complex.json_text()),
                _ => None,
            },
            Self::List(_) | Self::Set(_) | Self::Map(_) => None,
        }
    }
}

impl Dict {
    /// Keys and values, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&Value, &Value)> {
        self.0.iter().map(|(key, value)| (key, value))
    }

    /// How many entries there are.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "one key at least is no text")]
    pub const fn len(&self) -> usize {
        self.0.len()
    }

    /// The value of a key, compared as Python does: `1` finds the entry of `True`.
    #[must_use]
    pub fn get(&self, key: &Value) -> Option<&Value> {
        let is_it = |(known, _): &&(Value, Value)| crate::coerce::compare::equal(known, key);
        self.0.iter().find(is_it).map(|(_, value)| value)
    }

    /// The entries under the texts that pydantic writes for their keys in JSON, of which two may be the
    /// same; `None` where a key has no such text.
    pub(crate) fn with_text_keys(&self) -> Option<Fields> {
        let entry =
            |(key, value): &(Value, Value)| Some((key.json_key()?.into_boxed_str(), value.clone()));
        self.0.iter().map(entry).collect::<Option<_>>().map(Fields::from_pairs)
    }

    /// As [`with_text_keys`](Self::with_text_keys), without a copy, and with Python's `repr` of a key
    /// that pydantic refuses.
    pub(in crate::value) fn json_entries(&self) -> Vec<(String, &Value)> {
        let (mut entries, mut places) = (Vec::with_capacity(self.len()), HashMap::new());
        for (key, value) in &self.0 {
            let text = key.json_key().unwrap_or_else(|| key.python_repr());
            match places.get(&text) {
                Some(place) => entries[*place] = (text, value),
                None => {
                    places.insert(text.clone(), entries.len());
                    entries.push((text, value));
                }
            }
        }
        entries
    }

    pub(super) fn repr(&self, out: &mut impl Write) -> fmt::Result {
        out.write_char('{')?;
        for (position, (key, value)) in self.0.iter().enumerate() {
            if position > 0 {
                out.write_str(", ")?;
            }
            repr(key, out)?;
            out.write_str(": ")?;
            repr(value, out)?;
        }
        out.write_char('}')
    }
}

impl IntoIterator for Dict {
    type Item = (Value, Value);
    type IntoIter = std::vec::IntoIter<(Value, Value)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Complex, Tag, Tagged, fields};

    #[test]
    fn a_dict_prints_as_python_prints_it() {
        let tuple = Value::Tuple(vec![1.into(), Value::Tuple(vec![true.into()])]);
        let dict = Value::dict([
            (1.into(), "a".into()),
            (tuple, Value::Null),
            (1.5.into(), fields! { "k" => 1 }.into()),
            (f64::NAN.into(), 2.into()),
            (Value::Bytes(b"x".to_vec()), 3.into()),
            (Complex { re: 1.0, im: 2.0 }.into(), 4.into()),
            (Tagged::from_canonical(Tag::Date, "2024-01-02").into(), 5.into()),
            (Value::frozen_set(vec![]), 6.into()),
        ]);
        assert_eq!(
            dict.python_repr(),
            "{1: 'a', (1, (True,)): None, 1.5: {'k': 1}, nan: 2, b'x': 3, (1+2j): 4, 2024-01-02: 5, \
             frozenset(): 6}"
        );
        // pydantic writes all of it but the last.
        assert_eq!(
            dict.to_json(),
            r#"{"1": "a", "1,true": null, "1.5": {"k": 1}, "None": 2, "x": 3, "1+2j": 4, "2024-01-02": 5, "frozenset()": 6}"#
        );
        assert_eq!(dict.as_dict().unwrap().with_text_keys(), None);
    }

    #[test]
    fn keys_that_python_holds_for_equal_stand_once() {
        let dict = Value::dict([
            (1.into(), "a".into()),
            ("1".into(), "b".into()),
            (true.into(), "c".into()),
        ]);
        assert_eq!(dict.python_repr(), "{1: 'c', '1': 'b'}");
        let dict = dict.as_dict().unwrap();
        assert_eq!(dict.get(&1.0.into()), Some(&"c".into()));
        assert_eq!(dict.get(&"1".into()), Some(&"b".into()));
        assert_eq!(dict.len(), 2);
        // In JSON the two are one, whose value is the last.
        assert_eq!(dict.with_text_keys(), Some(fields! { "1" => "b" }));
        assert_eq!(Value::from(Rare::Dict(dict.clone())).to_json(), r#"{"1": "b"}"#);
    }

    #[test]
    fn texts_alone_are_a_map() {
        assert_eq!(Value::dict([]), Value::Map(Fields::new()));
        let texts = [("b".into(), 1.into()), ("a".into(), 2.into()), ("b".into(), 3.into())];
        assert_eq!(Value::dict(texts), Value::Map(fields! { "b" => 3, "a" => 2 }));
    }

    #[test]
    fn many_tuples_are_told_apart_in_no_time() {
        let key = |number: i64| Value::Tuple(vec![number.into(), Value::Null]);
        let dict = Value::dict((0..100_000).map(|number| (key(number), number.into())));
        assert_eq!(dict.as_dict().unwrap().len(), 100_000);
    }
}
