//! Rust types that can stand in a field, and records of them.

use crate::{Field, Fields, RecordShape, Shape, Signature, Type, Value, ValueError};

/// A Rust type that can stand in a field of a signature.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot stand in a field of a signature",
    label = "not a field type",
    note = "derive `FieldType` on your struct or enum; text, numbers, `bool`, `Option` and `Vec` \
            of field types are ready to use"
)]
pub trait FieldType: Sized + Send + 'static {
    /// What wiring needs to know at compile time.
    const SHAPE: Shape;

    /// The type in Python's terms.
    fn field_type() -> Type;

    /// The value that goes into a prompt or to Python.
    fn into_value(self) -> Value;

    /// Reads a value that has already been coerced to [`FieldType::field_type`].
    ///
    /// # Errors
    /// [`ValueError`] says where, what was expected and what was found.
    fn from_value(value: &Value) -> Result<Self, ValueError>;
}

/// A struct whose fields are the fields of a signature.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot stand for the fields of a signature",
    label = "not a record",
    note = "derive `FieldType` on a struct with named fields"
)]
pub trait Record: Sized + Send + 'static {
    /// What wiring needs to know at compile time.
    const SHAPE: RecordShape;

    /// The record's fields as values.
    fn into_fields(self) -> Fields;

    /// Reads the record; fields that it does not have are passed over.
    ///
    /// # Errors
    /// [`ValueError`] names the first field that is missing or of another type.
    fn from_fields(fields: &Fields) -> Result<Self, ValueError>;

    /// The fields as a signature lists them, in order; none for an open record, which knows no
    /// names before it is filled. A record written by hand that is to be a signature's output
    /// gives them itself.
    #[must_use]
    fn fields_of() -> Vec<Field> {
        Vec::new()
    }
}

/// An input struct together with the output it leads to; `#[derive(Signature)]` implements it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a signature",
    label = "not a signature",
    note = "derive `Signature` on the input struct: `#[derive(Signature)] #[signature(output = Answer)]`"
)]
pub trait TypedSignature: Record {
    /// The struct that holds the answer.
    type Output: Record;

    /// The signature, built once.
    fn signature() -> &'static Signature;
}

impl Record for Fields {
    const SHAPE: RecordShape = RecordShape { name: "Fields", open: true, parts: &[] };

    fn into_fields(self) -> Fields {
        self
    }

    fn from_fields(fields: &Fields) -> Result<Self, ValueError> {
        Ok(fields.clone())
    }
}

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
        $(impl FieldType for $rust {
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
        $(impl FieldType for $rust {
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

impl<T: FieldType> FieldType for Vec<T> {
    const SHAPE: Shape = Shape::List(&T::SHAPE);

    fn field_type() -> Type {
        Type::list(T::field_type())
    }

    fn into_value(self) -> Value {
        Value::List(self.into_iter().map(T::into_value).collect())
    }

    fn from_value(value: &Value) -> Result<Self, ValueError> {
        let Some(items) = value.as_list() else {
            return Err(ValueError::new(Self::field_type().to_string(), value.python_type()));
        };
        let read = |(index, item)| T::from_value(item).map_err(|error| error.in_item(index));
        items.iter().enumerate().map(read).collect()
    }
}

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
    fn a_wrong_item_is_found_by_its_index() {
        let error = Vec::<i64>::from_value(&Value::from(vec!["x"])).unwrap_err();
        assert_eq!(error.to_string(), "`[0]` should be `int`, found `str`");
    }
}
