//! Numbers, text, truth values, and [`Value`] for whatever comes.

use std::sync::Arc;

use crate::{FieldType, Shape, Type, Value, ValueError};

impl FieldType for Value {
    const SHAPE: Shape = Shape::Any;

    fn field_type() -> Type {
        Type::Any
    }

    fn into_value(self) -> Value {
        self
    }

    fn from_value(value: &Value) -> Result<Self, ValueError> {
        Ok(value.clone())
    }
}

/// A type that reads one form of [`Value`] through an accessor.
macro_rules! plain {
    ($($rust:ty, $shape:ident, $expected:literal, $read:expr;)*) => {
        $(#[diagnostic::do_not_recommend]
        impl FieldType for $rust {
            const SHAPE: Shape = Shape::$shape;

            fn field_type() -> Type {
                Type::$shape
            }

            fn into_value(self) -> Value {
                self.into()
            }

            fn from_value(value: &Value) -> Result<Self, ValueError> {
                let read: fn(&Value) -> Option<Self> = $read;
                read(value).ok_or_else(|| ValueError::new($expected, value.python_type()))
            }
        })*
    };
}

plain! {
    String, Str, "str", |value| value.as_str().map(str::to_owned);
    bool, Bool, "bool", Value::as_bool;
    f64, Float, "float", Value::as_float;
}

impl FieldType for f32 {
    const SHAPE: Shape = Shape::Float;

    fn field_type() -> Type {
        Type::Float
    }

    fn into_value(self) -> Value {
        self.into()
    }

    #[expect(clippy::cast_possible_truncation, reason = "the user chose single precision")]
    fn from_value(value: &Value) -> Result<Self, ValueError> {
        f64::from_value(value).map(|float| float as Self)
    }
}

/// Integers are `int` to Python; the range is checked when a value is read.
macro_rules! int {
    ($($rust:ty),*) => {
        $(#[diagnostic::do_not_recommend]
        impl FieldType for $rust {
            const SHAPE: Shape = Shape::Int;

            fn field_type() -> Type {
                Type::Int
            }

            fn into_value(self) -> Value {
                match i64::try_from(self) {
                    Ok(int) => Value::Int(int),
                    Err(_) => crate::BigInt::parse(&self.to_string())
                        .expect("an integer prints as decimal digits"),
                }
            }

            fn from_value(value: &Value) -> Result<Self, ValueError> {
                let read = match value {
                    Value::Int(int) => Self::try_from(*int).ok(),
                    Value::BigInt(big) => big.as_str().parse().ok(),
                    other => return Err(ValueError::new("int", other.python_type())),
                };
                read.ok_or_else(|| {
                    ValueError::new(concat!("int within ", stringify!($rust)), "int outside it")
                })
            }
        })*
    };
}

int!(i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize);

/// Text that is shared, or that does not grow.
macro_rules! text {
    ($($rust:ty),*) => {
        $(#[diagnostic::do_not_recommend]
        impl FieldType for $rust {
            const SHAPE: Shape = Shape::Str;

            fn field_type() -> Type {
                Type::Str
            }

            fn into_value(self) -> Value {
                Value::from(&*self)
            }

            fn from_value(value: &Value) -> Result<Self, ValueError> {
                String::from_value(value).map(Self::from)
            }
        })*
    };
}

text!(Box<str>, Arc<str>);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_keep_their_range() {
        assert_eq!(u8::from_value(&Value::Int(255)), Ok(255));
        let error = u8::from_value(&Value::Int(256)).unwrap_err();
        assert_eq!(error.to_string(), "expected `int within u8`, found `int outside it`");
        assert_eq!(u64::from_value(&u64::MAX.into_value()), Ok(u64::MAX));
        assert_eq!(i128::from_value(&i128::MIN.into_value()), Ok(i128::MIN));
    }

    #[test]
    fn text_is_text_however_it_is_held() {
        let text = Value::from("Leeds");
        assert_eq!(Arc::<str>::from_value(&text).unwrap().into_value(), text);
        assert_eq!(Box::<str>::from_value(&text).unwrap().into_value(), text);
    }
}
