//! Ordered names and values: the inputs or outputs of a call.

use std::{
    collections::{HashMap, HashSet},
    ops::Index,
};

use crate::{FieldType, Record, Value, ValueError};

/// Names and values in the order in which they were given; each name stands once.
///
/// Equality ignores no order: `{a, b}` and `{b, a}` differ, because a prompt shows the order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fields(Vec<(Box<str>, Value)>);

impl Fields {
    /// No fields.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Fields from names that may come twice: a name keeps its first place and its last value.
    pub(crate) fn from_pairs(pairs: Vec<(Box<str>, Value)>) -> Self {
        if are_distinct(&pairs) {
            return Self(pairs);
        }
        let mut places: HashMap<&str, usize> = HashMap::with_capacity(pairs.len());
        let places: Vec<usize> = pairs
            .iter()
            .map(|(name, _)| {
                let next = places.len();
                *places.entry(name).or_insert(next)
            })
            .collect();
        let mut fields: Vec<(Box<str>, Value)> = Vec::new();
        for (pair, place) in pairs.into_iter().zip(places) {
            match fields.get_mut(place) {
                Some((_, value)) => *value = pair.1,
                None => fields.push(pair),
            }
        }
        Self(fields)
    }

    /// Fields from names of which each is known to stand once.
    pub(crate) const fn from_distinct(pairs: Vec<(Box<str>, Value)>) -> Self {
        Self(pairs)
    }

    /// Names and values, for a reader that sees to it that no name comes twice.
    pub(crate) const fn pairs_mut(&mut self) -> &mut Vec<(Box<str>, Value)> {
        &mut self.0
    }

    /// The name that stands at `place`.
    pub(crate) fn name_at(&self, place: usize) -> &str {
        &self.0[place].0
    }

    /// The value that stands at `place`.
    pub(crate) fn value_at(&self, place: usize) -> &Value {
        &self.0[place].1
    }

    /// The value of `name`, which leaves `None` in its place.
    pub(crate) fn take(&mut self, name: &str) -> Option<Value> {
        let (_, value) = self.0.iter_mut().find(|(known, _)| **known == *name)?;
        Some(std::mem::take(value))
    }

    /// The same fields with `name` set to `value`.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.insert(name, value);
        self
    }

    /// Sets `name`; an existing field keeps its place and gives back its old value.
    pub fn insert(&mut self, name: impl Into<String>, value: impl Into<Value>) -> Option<Value> {
        let (name, value) = (name.into(), value.into());
        match self.0.iter_mut().find(|(known, _)| **known == *name) {
            Some((_, slot)) => Some(std::mem::replace(slot, value)),
            None => {
                self.0.push((name.into_boxed_str(), value));
                None
            }
        }
    }

    /// Takes `name` out.
    pub fn remove(&mut self, name: &str) -> Option<Value> {
        let position = self.0.iter().position(|(known, _)| **known == *name)?;
        Some(self.0.remove(position).1)
    }

    /// The value of `name`, as it is.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&Value> {
        self.0.iter().find(|(known, _)| **known == *name).map(|(_, value)| value)
    }

    /// The value of `name` as a Rust type.
    ///
    /// # Errors
    /// [`ValueError`] names the field, what was expected and what was found.
    pub fn get<T: FieldType>(&self, name: &str) -> Result<T, ValueError> {
        match self.value(name) {
            Some(value) => T::from_value(value),
            // An absent field reads as `None`, so that an `Option` needs no entry.
            None => T::from_value(&Value::Null)
                .map_err(|error| ValueError::new(error.expected(), "no such field")),
        }
        .map_err(|error| error.in_field(name))
    }

    /// All fields as one record.
    ///
    /// # Errors
    /// [`ValueError`] names the first field that is missing or of another type.
    pub fn to<T: Record>(&self) -> Result<T, ValueError> {
        T::from_fields(self)
    }

    /// Whether `name` is among the fields.
    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        self.value(name).is_some()
    }

    /// How many fields there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Names and values, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (&**name, value))
    }

    /// Names, in order.
    pub fn names(&self) -> impl ExactSizeIterator<Item = &str> {
        self.0.iter().map(|(name, _)| &**name)
    }
}

/// Whether no name comes twice.
fn are_distinct(pairs: &[(Box<str>, Value)]) -> bool {
    // Below this, looking through the names costs less than a table of them.
    const FEW: usize = 16;
    if pairs.len() > FEW {
        let mut known = HashSet::with_capacity(pairs.len());
        return pairs.iter().all(|(name, _)| known.insert(&**name));
    }
    let is_new = |(position, (name, _)): (usize, &(Box<str>, Value))| {
        pairs[..position].iter().all(|(known, _)| known != name)
    };
    pairs.iter().enumerate().all(is_new)
}

impl Index<&str> for Fields {
    type Output = Value;

    /// The value of `name`; [`Value::Null`] where there is no such field.
    fn index(&self, name: &str) -> &Value {
        self.value(name).unwrap_or(&Value::Null)
    }
}

impl IntoIterator for Fields {
    type Item = (String, Value);
    type IntoIter = IntoIter;

    fn into_iter(self) -> IntoIter {
        IntoIter(self.0.into_iter())
    }
}

/// Names and values of [`Fields`], in order.
#[derive(Debug)]
pub struct IntoIter(std::vec::IntoIter<(Box<str>, Value)>);

impl Iterator for IntoIter {
    type Item = (String, Value);

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next().map(|(name, value)| (name.into_string(), value))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl ExactSizeIterator for IntoIter {}

impl<N: Into<String>, V: Into<Value>> FromIterator<(N, V)> for Fields {
    /// A name that comes twice keeps its first place and its last value, as in a Python dict.
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        Self::from_pairs(
            pairs
                .into_iter()
                .map(|(name, value)| (name.into().into_boxed_str(), value.into()))
                .collect(),
        )
    }
}

/// Fields by name: `fields! { "question" => "Who wrote Emma?", "k" => 3 }`.
#[macro_export]
macro_rules! fields {
    ($($name:expr => $value:expr),* $(,)?) => {
        $crate::Fields::new()$(.with($name, $value))*
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stands_once_and_keeps_its_place() {
        let mut fields = fields! { "a" => 1, "b" => 2 };
        assert_eq!(fields.insert("a", 3), Some(Value::Int(1)));
        assert_eq!(fields.names().collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(fields["a"], Value::Int(3));
        assert_eq!(fields["absent"], Value::Null);
    }

    #[test]
    fn many_names_are_gathered_as_few_are() {
        let name = |index: i64| format!("n{}", index % 40);
        let many: Fields = (0..100).map(|index| (name(index), index)).collect();
        let one_by_one =
            (0..100).fold(Fields::new(), |fields, index| fields.with(name(index), index));
        assert_eq!(many, one_by_one);
        assert_eq!(many["n5"], Value::Int(85));
    }

    #[test]
    fn a_missing_field_is_named_and_an_option_needs_none() {
        let error = fields! {}.get::<Vec<String>>("sources").unwrap_err();
        assert_eq!(error.to_string(), "`sources` should be `list[str]`, found `no such field`");
        assert_eq!(fields! {}.get::<Option<i64>>("k"), Ok(None));
    }
}
