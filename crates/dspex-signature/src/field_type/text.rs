//! Types of other crates that are text in a prompt: `#[field(text)]`.

use std::fmt::Display;
use std::str::FromStr;

use crate::{FieldType, Shape, Type, Value, ValueError};

/// What `#[field(text)]` makes a field of: a type with [`FromStr`] and [`Display`], or an
/// [`Option`] or a [`Vec`] of it.
///
/// `Form` tells the three apart, and the compiler finds it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be written as text and read back",
    label = "no text",
    note = "`#[field(text)]` needs `FromStr` and `Display` of the type, or of what an `Option` or \
            a `Vec` holds"
)]
pub trait TextField<Form>: Sized {
    /// As [`FieldType::SHAPE`].
    const SHAPE: Shape;

    /// As [`FieldType::field_type`].
    fn field_type() -> Type;

    /// As [`FieldType::into_value`].
    fn into_value(self) -> Value;

    /// As [`FieldType::from_value`].
    ///
    /// # Errors
    /// [`ValueError`], with what the type's own reader says.
    fn from_value(value: &Value) -> Result<Self, ValueError>;
}

/// The form of the type itself.
#[derive(Debug)]
pub enum One {}

/// The form of an [`Option`].
#[derive(Debug)]
pub enum Maybe {}

/// The form of a [`Vec`].
#[derive(Debug)]
pub enum Many {}

impl<T: FromStr<Err: Display> + Display> TextField<One> for T {
    const SHAPE: Shape = <String as FieldType>::SHAPE;

    fn field_type() -> Type {
        <String as FieldType>::field_type()
    }

    fn into_value(self) -> Value {
        Value::Text(self.to_string())
    }

    fn from_value(value: &Value) -> Result<Self, ValueError> {
        let text = <String as FieldType>::from_value(value)?;
        text.parse().map_err(|error: T::Err| {
            ValueError::new(short_name::<T>(), format!("a text that is none: {error}"))
        })
    }
}

impl<T: TextField<One>> TextField<Maybe> for Option<T> {
    const SHAPE: Shape = <Option<String> as FieldType>::SHAPE;

    fn field_type() -> Type {
        <Option<String> as FieldType>::field_type()
    }

    fn into_value(self) -> Value {
        self.map_or(Value::Null, T::into_value)
    }

    fn from_value(value: &Value) -> Result<Self, ValueError> {
        if value.is_null() { Ok(None) } else { T::from_value(value).map(Some) }
    }
}

impl<T: TextField<One>> TextField<Many> for Vec<T> {
    const SHAPE: Shape = <Vec<String> as FieldType>::SHAPE;

    fn field_type() -> Type {
        <Vec<String> as FieldType>::field_type()
    }

    fn into_value(self) -> Value {
        Value::List(self.into_iter().map(T::into_value).collect())
    }

    fn from_value(value: &Value) -> Result<Self, ValueError> {
        let texts = <Vec<Value> as FieldType>::from_value(value)?;
        let read =
            |(index, text)| T::from_value(text).map_err(|error: ValueError| error.in_item(index));
        texts.iter().enumerate().map(read).collect()
    }
}

/// `Url` for `url::Url`.
fn short_name<T>() -> &'static str {
    let name = std::any::type_name::<T>();
    name.rsplit("::").next().unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::*;

    #[track_caller]
    fn check<Form, T: TextField<Form>>(ty: &str, value: impl Into<Value>) {
        assert_eq!(T::field_type().to_string(), ty);
        let value = value.into();
        let read = T::from_value(&value).ok();
        assert_eq!(read.map(T::into_value), Some(value));
    }

    #[test]
    fn what_has_a_text_is_that_text() {
        check::<_, IpAddr>("str", "127.0.0.1");
        check::<_, Option<IpAddr>>("Optional[str]", "::1");
        check::<_, Option<IpAddr>>("Optional[str]", Value::Null);
        check::<_, Vec<IpAddr>>("list[str]", vec!["::1", "10.0.0.1"]);
    }

    #[test]
    fn a_text_that_the_type_refuses_is_told_with_its_reason() {
        let error = <Vec<IpAddr> as TextField<_>>::from_value(&vec!["::1", "here"].into());
        assert_eq!(
            error.unwrap_err().to_string(),
            "`[1]` should be `IpAddr`, found `a text that is none: invalid IP address syntax`"
        );
    }
}
