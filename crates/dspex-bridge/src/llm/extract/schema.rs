//! The JSON schema that a provider holds a model to.

use dspex_signature::{Fields, Type, Unsure, Value, declared_schema, fields};

/// A type's schema as providers take it: an object's, in which every key is named and required.
pub(super) struct Schema {
    pub(super) value: Value,
    /// Whether the type is no object, and stands under [`KEY`].
    pub(super) is_wrapped: bool,
    /// Whether every key is named, so that a provider can hold a model to it.
    pub(super) is_closed: bool,
}

/// The key under which a value stands that is no object of named keys.
pub(super) const KEY: &str = "value";

impl Schema {
    /// # Errors
    /// [`Unsure`] for types whose schema only DSPy knows.
    pub(super) fn of(ty: &Type) -> Result<Self, Unsure> {
        let schema = declared_schema(ty)?;
        let is_object = schema.as_map().is_some_and(|schema| schema.contains("properties"));
        let mut value = if is_object { schema } else { wrapped(schema) };
        let is_closed = close(&mut value);
        Ok(Self { value, is_wrapped: !is_object, is_closed })
    }
}

/// The schema under the one key of an object; definitions stay at the top, where references seek
/// them.
fn wrapped(mut schema: Value) -> Value {
    let definitions = match &mut schema {
        Value::Map(schema) => schema.remove("$defs"),
        _ => None,
    };
    let mut wrapped = fields! {
        "type" => "object",
        "properties" => fields! { KEY => schema },
        "required" => [KEY],
    };
    if let Some(definitions) = definitions {
        wrapped.insert("$defs", definitions);
    }
    Value::Map(wrapped)
}

/// Requires every key of every object and forbids others; `false` where an object has keys that
/// nobody names.
fn close(schema: &mut Value) -> bool {
    match schema {
        Value::Map(schema) => close_object(schema),
        Value::List(schemas) => schemas.iter_mut().fold(true, |closed, schema| {
            let is_closed = close(schema);
            closed && is_closed
        }),
        _ => true,
    }
}

fn close_object(schema: &mut Fields) -> bool {
    let names: Option<Vec<Value>> = schema
        .value("properties")
        .and_then(Value::as_map)
        .map(|properties| properties.names().map(Value::from).collect());
    let is_object = schema.value("type").and_then(Value::as_str) == Some("object");
    let mut is_closed = match names {
        Some(names) => {
            schema.insert("required", names);
            schema.insert("additionalProperties", false);
            true
        }
        None => !is_object,
    };
    let keys: Vec<String> = schema.names().map(str::to_owned).collect();
    for key in keys {
        // Names of fields are no keywords, and what is constant is no schema.
        let inner = match &*key {
            "properties" | "$defs" => {
                let Some(mut inner) = schema.value(&key).cloned() else { continue };
                if let Value::Map(schemas) = &mut inner {
                    let closed = schemas.clone().into_iter().map(|(name, mut schema)| {
                        is_closed &= close(&mut schema);
                        (name, schema)
                    });
                    *schemas = closed.collect();
                }
                inner
            }
            "items" | "anyOf" | "oneOf" | "allOf" | "prefixItems" => {
                let Some(mut inner) = schema.value(&key).cloned() else { continue };
                is_closed &= close(&mut inner);
                inner
            }
            _ => continue,
        };
        schema.insert(key, inner);
    }
    is_closed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(ty: &str, is_closed: bool, expected: &str) {
        let schema = Schema::of(&Type::parse(ty).unwrap()).unwrap();
        assert_eq!(schema.value.to_json(), expected);
        assert_eq!(schema.is_closed, is_closed, "{ty}");
    }

    #[test]
    fn what_is_no_object_stands_under_a_key() {
        check(
            "list[int]",
            true,
            r#"{"type": "object", "properties": {"value": {"items": {"type": "integer"}, "type": "array"}}, "required": ["value"], "additionalProperties": false}"#,
        );
        check(
            "dict[str, int]",
            false,
            r#"{"type": "object", "properties": {"value": {"additionalProperties": {"type": "integer"}, "type": "object"}}, "required": ["value"], "additionalProperties": false}"#,
        );
    }
}
