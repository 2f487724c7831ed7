//! Lists, arrays, tuples, sets, options and pointers.

use std::cmp::Ordering;
use std::collections::{BTreeSet, HashSet};
use std::hash::Hash;
use std::sync::Arc;

use crate::coerce::compare;
use crate::{FieldType, Shape, Type, Value, ValueError};

impl<T: FieldType> FieldType for Vec<T> {
    const SHAPE: Shape = Shape::List(&T::SHAPE);

    fn field_type() -> Type {
        Type::list(T::field_type())
    }

    fn into_value(self) -> Value {
        Value::List(self.into_iter().map(T::into_value).collect())
    }

    fn from_value(value: &Value) -> Result<Self, ValueError> {
        read_each(items::<Self>(value)?)
    }
}

/// A fixed number of items is a tuple to Python, so that the model is told how many.
impl<T: FieldType, const N: usize> FieldType for [T; N] {
    const SHAPE: Shape = Shape::Tuple(&[T::SHAPE; N]);

    fn field_type() -> Type {
        Type::Tuple(vec![T::field_type(); N])
    }

    fn into_value(self) -> Value {
        Value::Tuple(self.into_iter().map(T::into_value).collect())
    }

    fn from_value(value: &Value) -> Result<Self, ValueError> {
        let items = items::<Self>(value)?;
        let read: Vec<T> = read_each(items)?;
        read.try_into().map_err(|_| wrong_length::<Self>(items))
    }
}

macro_rules! set {
    ($($set:ident: $($bound:ident)+, $in_order:expr;)*) => {
        $(impl<T: FieldType $(+ $bound)+> FieldType for $set<T> {
            const SHAPE: Shape = Shape::Set(&T::SHAPE);

            fn field_type() -> Type {
                Type::set(T::field_type())
            }

            fn into_value(self) -> Value {
                let in_order: fn(Vec<Value>) -> Vec<Value> = $in_order;
                Value::List(in_order(self.into_iter().map(T::into_value).collect()))
            }

            fn from_value(value: &Value) -> Result<Self, ValueError> {
                read_each(items::<Self>(value)?)
            }
        })*
    };
}

// Python's order of a set changes from run to run; here it is the same in every run.
set! {
    BTreeSet: Ord, |items| items;
    HashSet: Eq Hash, |mut items| {
        sort(&mut items, |item| item);
        items
    };
}

/// Puts what comes in no order into one: numbers by their size, all else by its text.
pub(super) fn sort<T>(items: &mut [T], value: impl Fn(&T) -> &Value) {
    let compare = |one: &T, other: &T| compare::order(value(one), value(other));
    match items.iter().all(|item| compare(item, item).is_some()) {
        true => items.sort_by(|one, other| compare(one, other).unwrap_or(Ordering::Equal)),
        false => items.sort_by_cached_key(|item| value(item).to_json()),
    }
}

macro_rules! tuple {
    ($($item:ident $index:tt),+) => {
        #[diagnostic::do_not_recommend]
        impl<$($item: FieldType),+> FieldType for ($($item,)+) {
            const SHAPE: Shape = Shape::Tuple(&[$($item::SHAPE),+]);

            fn field_type() -> Type {
                Type::Tuple(vec![$($item::field_type()),+])
            }

            fn into_value(self) -> Value {
                Value::Tuple(vec![$(self.$index.into_value()),+])
            }

            fn from_value(value: &Value) -> Result<Self, ValueError> {
                let items = items::<Self>(value)?;
                if items.len() != [$($index),+].len() {
                    return Err(wrong_length::<Self>(items));
                }
                Ok(($(
                    $item::from_value(&items[$index]).map_err(|error| error.in_item($index))?,
                )+))
            }
        }
    };
}

tuple!(A 0);
tuple!(A 0, B 1);
tuple!(A 0, B 1, C 2);
tuple!(A 0, B 1, C 2, D 3);
tuple!(A 0, B 1, C 2, D 3, E 4);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7);

impl<T: FieldType> FieldType for Option<T> {
    const SHAPE: Shape = Shape::Option(&T::SHAPE);

    fn field_type() -> Type {
        Type::optional(T::field_type())
    }

    fn into_value(self) -> Value {
        self.map_or(Value::Null, T::into_value)
    }

    fn from_value(value: &Value) -> Result<Self, ValueError> {
        if value.is_null() { Ok(None) } else { T::from_value(value).map(Some) }
    }
}

impl<T: FieldType> FieldType for Box<T> {
    const SHAPE: Shape = T::SHAPE;

    fn field_type() -> Type {
        T::field_type()
    }

    fn into_value(self) -> Value {
        T::into_value(*self)
    }

    fn from_value(value: &Value) -> Result<Self, ValueError> {
        T::from_value(value).map(Self::new)
    }
}

impl<T: FieldType + Clone + Sync> FieldType for Arc<T> {
    const SHAPE: Shape = T::SHAPE;

    fn field_type() -> Type {
        T::field_type()
    }

    fn into_value(self) -> Value {
        Self::unwrap_or_clone(self).into_value()
    }

    fn from_value(value: &Value) -> Result<Self, ValueError> {
        T::from_value(value).map(Self::new)
    }
}

fn items<T: FieldType>(value: &Value) -> Result<&[Value], ValueError> {
    let wrong = || ValueError::new(T::field_type().to_string(), value.python_type());
    value.as_list().ok_or_else(wrong)
}

fn read_each<T: FieldType, C: FromIterator<T>>(items: &[Value]) -> Result<C, ValueError> {
    let read = |(index, item)| T::from_value(item).map_err(|error| error.in_item(index));
    items.iter().enumerate().map(read).collect()
}

fn wrong_length<T: FieldType>(items: &[Value]) -> ValueError {
    let found = match items.len() {
        1 => "1 item".to_owned(),
        n_items => format!("{n_items} items"),
    };
    ValueError::new(T::field_type().to_string(), found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check<T: FieldType>(ty: &str, value: T, expected: impl Into<Value>) {
        assert_eq!(T::field_type().to_string(), ty);
        let written = value.into_value();
        assert_eq!(written, expected.into());
        let again = T::from_value(&written).map(T::into_value);
        assert_eq!(again, Ok(written));
    }

    #[track_caller]
    fn refuses<T: FieldType>(value: impl Into<Value>, expected: &str) {
        let error = T::from_value(&value.into()).err();
        assert_eq!(error.map(|error| error.to_string()).as_deref(), Some(expected));
    }

    #[test]
    fn containers_are_written_and_read_back() {
        let tuple = |items: Vec<Value>| Value::Tuple(items);
        check("list[int]", vec![2_u8, 1], vec![2, 1]);
        check("tuple[int, int]", [2_u8, 1], tuple(vec![2.into(), 1.into()]));
        check("tuple[str, float]", ("a".to_owned(), 0.5), tuple(vec!["a".into(), 0.5.into()]));
        check("set[int]", BTreeSet::from([2_u8, 1]), vec![1, 2]);
        check("set[str]", HashSet::from(["b".to_owned(), "a".to_owned()]), vec!["a", "b"]);
        check("set[int]", HashSet::from([10_u8, 9]), vec![9, 10]);
        check("Optional[list[bool]]", Some(vec![true]), vec![true]);
        check("list[int]", Arc::new(vec![1_i64]), vec![1]);
        check("list[int]", Box::new(vec![1_i64]), vec![1]);
    }

    #[test]
    fn a_wrong_item_is_found_by_its_index() {
        refuses::<Vec<i64>>(vec!["x"], "`[0]` should be `int`, found `str`");
        refuses::<(i64, i64)>(
            vec![Value::from(1), "x".into()],
            "`[1]` should be `int`, found `str`",
        );
        refuses::<[Vec<u8>; 1]>(
            vec![vec![256]],
            "`[0][0]` should be `int within u8`, found `int outside it`",
        );
    }

    #[test]
    fn a_wrong_number_of_items_is_told() {
        refuses::<[i64; 2]>(vec![1], "expected `tuple[int, int]`, found `1 item`");
        refuses::<(i64, i64)>(vec![1, 2, 3], "expected `tuple[int, int]`, found `3 items`");
        refuses::<BTreeSet<i64>>(1, "expected `set[int]`, found `int`");
    }
}
