//! Maps, whose keys are text in JSON and in a [`Value`].

use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;
use std::sync::Arc;

use super::container::sort;
use crate::{BigInt, FieldType, Shape, Type, Value, ValueError};

/// A field type that can be the key of a map: text, an integer, or a unit enum.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the key of a map",
    label = "not a key",
    note = "JSON has text as its only keys: use `String`, an integer, or a unit enum that derives \
            `FieldType`"
)]
pub trait KeyType: FieldType {}

macro_rules! key {
    ($($rust:ty),*) => {
        $(impl KeyType for $rust {})*
    };
}

key!(String, Box<str>, Arc<str>);
key!(i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize);

macro_rules! map {
    ($($map:ident: $($bound:ident)+, $in_order:expr;)*) => {
        $(impl<K: KeyType $(+ $bound)+, V: FieldType> FieldType for $map<K, V> {
            const SHAPE: Shape = Shape::Dict(&K::SHAPE, &V::SHAPE);

            fn field_type() -> Type {
                Type::dict(K::field_type(), V::field_type())
            }

            fn into_value(self) -> Value {
                let in_order: fn(Vec<Entry>) -> Vec<Entry> = $in_order;
                let entry = |(key, value): (K, V)| (key.into_value(), value.into_value());
                let entries = in_order(self.into_iter().map(entry).collect());
                Value::Map(entries.into_iter().map(|(key, value)| (key_text(key), value)).collect())
            }

            fn from_value(value: &Value) -> Result<Self, ValueError> {
                let Value::Map(entries) = value else {
                    let expected = Self::field_type().to_string();
                    return Err(ValueError::new(expected, value.python_type()));
                };
                let read = |(key, value): (&str, &Value)| {
                    let entry = read_key(key).and_then(|read| Ok((read, V::from_value(value)?)));
                    entry.map_err(|error| error.in_field(key))
                };
                entries.iter().map(read).collect()
            }
        })*
    };
}

type Entry = (Value, Value);

map! {
    BTreeMap: Ord, |entries| entries;
    HashMap: Eq Hash, |mut entries| {
        sort(&mut entries, |(key, _)| key);
        entries
    };
}

fn key_text(key: Value) -> String {
    match key {
        Value::Text(text) => text,
        other => other.to_string(),
    }
}

fn read_key<K: KeyType>(key: &str) -> Result<K, ValueError> {
    let int = match K::SHAPE {
        Shape::Int => BigInt::parse(key),
        _ => None,
    };
    K::from_value(&int.unwrap_or_else(|| key.into()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fields;

    #[test]
    fn maps_are_written_in_order_and_read_back() {
        let map = HashMap::from([(10_u8, true), (9, false)]);
        let value = map.clone().into_value();
        assert_eq!(value, Value::Map(fields! { "9" => false, "10" => true }));
        assert_eq!(HashMap::from_value(&value), Ok(map));
        assert_eq!(HashMap::<u8, bool>::field_type().to_string(), "dict[int, bool]");
        let names = BTreeMap::from([("b".to_owned(), 1_u8), ("a".to_owned(), 2)]);
        let value = names.into_value();
        assert_eq!(value, Value::Map(fields! { "a" => 2, "b" => 1 }));
    }

    #[test]
    fn a_wrong_entry_is_found_by_its_key() {
        let read = |value: Value| BTreeMap::<u8, bool>::from_value(&value).unwrap_err().to_string();
        assert_eq!(read(Value::Map(fields! { "1" => "x" })), "`1` should be `bool`, found `str`");
        assert_eq!(read(Value::Map(fields! { "x" => true })), "`x` should be `int`, found `str`");
        assert_eq!(read(Value::Null), "expected `dict[int, bool]`, found `NoneType`");
    }
}
