//! The two orders in which the keys of a schema stand: pydantic's and DSPy's.

use crate::Value;

/// `type` first, then by the alphabet, all the way down.
pub(super) fn as_dspy(value: Value) -> Value {
    match value {
        Value::Map(fields) => {
            let mut pairs: Vec<_> =
                fields.into_iter().map(|(name, value)| (name, as_dspy(value))).collect();
            pairs.sort_by(|(one, _), (other, _)| {
                (one != "type").cmp(&(other != "type")).then_with(|| one.cmp(other))
            });
            Value::Map(pairs.into_iter().collect())
        }
        Value::List(items) => Value::List(items.into_iter().map(as_dspy).collect()),
        other => other,
    }
}

/// By the alphabet, but what stands under a key `properties` or `default` keeps its order: also
/// where that is the name of a field or of a class.
pub(super) fn as_pydantic(value: Value) -> Value {
    sorted(value, "")
}

fn sorted(value: Value, under: &str) -> Value {
    match value {
        Value::Map(fields) => {
            let mut pairs: Vec<_> = fields
                .into_iter()
                .map(|(name, value)| {
                    let value = sorted(value, &name);
                    (name, value)
                })
                .collect();
            if !matches!(under, "properties" | "default") {
                pairs.sort_by(|(one, _), (other, _)| one.cmp(other));
            }
            Value::Map(pairs.into_iter().collect())
        }
        Value::List(items) => {
            Value::List(items.into_iter().map(|item| sorted(item, under)).collect())
        }
        other => other,
    }
}
