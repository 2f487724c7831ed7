//! Our answers as the corpus writes DSPy's, and the verdict on them.

use dspex_signature::{Dict, Fields, Message, Rare, Value};
use serde_json::{Map, Value as Json, json};

use super::Verdict;

/// The verdict on an answer; objects compare without order, `1` and `1.0` differ.
pub(super) fn verdict(expected: &Json, actual: &Json, when_equal: Verdict) -> Verdict {
    match expected == actual {
        true => when_equal,
        false => Verdict::Differ { expected: expected.to_string(), actual: actual.to_string() },
    }
}

/// Outputs as the corpus writes them.
pub(super) fn outputs(fields: &Fields) -> Json {
    fields
        .iter()
        .map(|(name, value)| (name.to_owned(), value_json(value)))
        .collect::<Map<_, _>>()
        .into()
}

/// Messages as the corpus writes them.
pub(super) fn messages(messages: &[Message]) -> Json {
    let message =
        |message: &Message| json!({"role": message.role.name(), "content": message.content});
    messages.iter().map(message).collect()
}

/// One value as the corpus writes it: tuples and sets are lists, and what JSON lacks is tagged.
pub(super) fn value_json(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Bool(bool) => (*bool).into(),
        Value::Int(int) => (*int).into(),
        Value::BigInt(big) => json!({"$int": big.as_str()}),
        Value::Float(float) if float.is_finite() => (*float).into(),
        Value::Float(float) if float.is_nan() => json!({"$float": "nan"}),
        Value::Float(float) => json!({"$float": if *float > 0.0 { "inf" } else { "-inf" }}),
        Value::Text(text) => text.as_str().into(),
        Value::List(items) | Value::Tuple(items) => items.iter().map(value_json).collect(),
        Value::Set(items) => set_json(items),
        Value::Map(fields) => outputs(fields),
        Value::Tagged(tagged) => tagged.as_str().into(),
        Value::Bytes(bytes) => String::from_utf8_lossy(bytes).into(),
        Value::Rare(rare) => match &**rare {
            Rare::FrozenSet(items) => set_json(items),
            Rare::Complex(_) => value.to_json().trim_matches('"').into(),
            Rare::Dict(dict) => dict_json(dict),
            other => json!({"$unknown": other.python_type()}),
        },
        other => json!({"$unknown": other.python_type()}),
    }
}

/// Keys as JSON has them.
fn dict_json(dict: &Dict) -> Json {
    let entry = |(key, value): (&Value, &Value)| {
        let alone = Value::dict([(key.clone(), Value::Null)]).to_json();
        let alone: Map<String, Json> = serde_json::from_str(&alone).ok()?;
        Some((alone.keys().next()?.clone(), value_json(value)))
    };
    dict.iter().filter_map(entry).collect::<Map<_, _>>().into()
}

fn set_json(items: &[Value]) -> Json {
    let mut items: Vec<Json> = items.iter().map(value_json).collect();
    items.sort_by_key(Json::to_string);
    items.into()
}

#[cfg(test)]
mod tests {
    use dspex_signature::fields;

    use super::*;

    #[track_caller]
    fn check(expected: &str, actual: impl Into<Value>, equal: bool) {
        let expected: Json = serde_json::from_str(expected).unwrap();
        let actual = value_json(&actual.into());
        let verdict = verdict(&expected, &actual, Verdict::Native);
        assert_eq!(verdict == Verdict::Native, equal, "{expected} and {actual}");
    }

    #[test]
    fn equal_means_equal_types_as_well() {
        check("1", 1, true);
        check("1", 1.0, false);
        check("1.0", 1.0, true);
        check("true", 1, false);
        check(r#"{"$float": "-inf"}"#, f64::NEG_INFINITY, true);
        check(r#"{"a": 1, "b": [null]}"#, fields! { "b" => [Value::Null], "a" => 1 }, true);
        check(r#"["b", "a"]"#, ["a", "b"], false);
        check(r#"["a", "b"]"#, Value::Set(vec!["b".into(), "a".into()]), true);
    }
}
