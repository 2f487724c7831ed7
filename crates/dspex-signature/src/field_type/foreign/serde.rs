//! JSON of serde_json, and every type that serde knows: `#[field(serde)]`.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value as Json;

use crate::{FieldType, JsonStyle, Shape, Type, Value, ValueError};

impl FieldType for Json {
    const SHAPE: Shape = Shape::Any;

    fn field_type() -> Type {
        Type::Any
    }

    fn into_value(self) -> Value {
        SerdeField::into_value(self)
    }

    fn from_value(value: &Value) -> Result<Self, ValueError> {
        SerdeField::from_value(value)
    }
}

/// What `#[field(serde)]` makes a field of: any type that serde can write and read.
///
/// It is `Any` to Python, because serde does not say what it looks like.
#[diagnostic::on_unimplemented(
    message = "serde cannot write and read `{Self}`",
    label = "no `Serialize` and `Deserialize`",
    note = "`#[field(serde)]` needs both of them"
)]
pub trait SerdeField: Sized {
    /// As [`FieldType::SHAPE`].
    const SHAPE: Shape = Shape::Any;

    /// As [`FieldType::field_type`].
    #[must_use]
    fn field_type() -> Type {
        Type::Any
    }

    /// As [`FieldType::into_value`].
    ///
    /// # Panics
    /// Where serde cannot write the value as JSON: a map whose keys are no text, as a rule.
    fn into_value(self) -> Value;

    /// As [`FieldType::from_value`].
    ///
    /// # Errors
    /// [`ValueError`], with what serde says.
    fn from_value(value: &Value) -> Result<Self, ValueError>;
}

/// The way is by JSON text, which keeps the order of fields and every digit.
impl<T: Serialize + DeserializeOwned> SerdeField for T {
    fn into_value(self) -> Value {
        let name = std::any::type_name::<T>();
        let json = match serde_json::to_string(&self) {
            Ok(json) => json,
            Err(error) => panic!("`{name}` is no JSON: {error}"),
        };
        Value::from_json(&json).unwrap_or_else(|error| panic!("`{name}` as JSON: {error}"))
    }

    fn from_value(value: &Value) -> Result<Self, ValueError> {
        let json = value.to_json_with(JsonStyle::default().with_non_finite());
        serde_json::from_str(&json).map_err(|error| {
            ValueError::new(std::any::type_name::<T>(), format!("something else: {error}"))
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn json_is_a_value_and_back() {
        let json = json!({"a": [1, 2.5, null, true, "x"], "b": u64::MAX});
        let value = FieldType::into_value(json.clone());
        assert_eq!(<Json as FieldType>::from_value(&value), Ok(json));
        assert!(<Json as FieldType>::from_value(&vec![f64::NAN].into()).is_err());
    }

    #[test]
    fn serde_reads_its_types() {
        let value = SerdeField::into_value(std::time::Duration::from_millis(1500));
        assert_eq!(value.to_string(), "{'secs': 1, 'nanos': 500000000}");
        assert_eq!(SerdeField::from_value(&value), Ok(std::time::Duration::from_millis(1500)));
        let error = <u8 as SerdeField>::from_value(&"x".into()).unwrap_err();
        assert!(error.to_string().contains("invalid type"), "{error}");
    }
}
