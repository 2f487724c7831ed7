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
                let read = |key: Result<K, ValueError>, name: &str, value: &Value| {
                    let entry = key.and_then(|key| Ok((key, V::from_value(value)?)));
                    entry.map_err(|error| error.in_field(name))
                };
                match (value, value.as_dict()) {
                    (Value::Map(entries), _) => {
                        entries.iter().map(|(key, value)| read(read_key(key), key, value)).collect()
                    }
                    (_, Some(dict)) => {
                        let entry = |(key, value): (&Value, &Value)| {
                            read(K::from_value(key), &key.to_string(), value)
                        };
                        dict.iter().map(entry).collect()
                    }
                    _ => Err(ValueError::new(Self::field_type().to_string(), value.python_type())),
                }
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
        assert_eq!(HashMap::from_value(&value), Ok(map.clone()));
        let keyed = Value::dict([(9.into(), false.into()), (10.into(), true.into())]);
        assert_eq!(HashMap::from_value(&keyed), Ok(map));
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
        let keyed = |key: Value| read(Value::dict([(key, true.into())]));
        assert_eq!(keyed(Value::Null), "`None` should be `int`, found `NoneType`");
        assert_eq!(keyed(300.into()), "`300` should be `int within u8`, found `int outside it`");
        assert_eq!(read(Value::Null), "expected `dict[int, bool]`, found `NoneType`");
    }
}
