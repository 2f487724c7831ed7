//! A schema as OpenAI's strict outputs take it, by the rules of OpenAI's own client: each property is
//! required, objects are closed, no default is `null`, nothing stands beside a reference.
//!
//! Source of the rules: `dspy/clients/legacy_requests.py` of DSPy 3.4.1.

use dspex_signature::{Fields, Unsure, Value};

/// How deep references may lead; a record that refers to itself with words beside has no end.
const MAX_DEPTH: usize = 64;

/// Where definitions stand, and how references to them begin.
const DEFINITIONS: (&str, &str) = ("$defs", "#/$defs/");

/// The strict form of a whole schema.
pub(super) fn schema(root: &Value) -> Result<Value, Unsure> {
    let definitions = match root {
        Value::Map(root) => root.value(DEFINITIONS.0).and_then(Value::as_map),
        _ => None,
    };
    strict(root, definitions.unwrap_or(&Fields::new()), 0)
}

fn strict(schema: &Value, definitions: &Fields, depth: usize) -> Result<Value, Unsure> {
    let Value::Map(schema) = schema else { return Ok(schema.clone()) };
    if depth > MAX_DEPTH {
        let reason = "the schema of a record that refers to itself is not native".to_owned();
        return Err(Unsure { reason });
    }
    let part = |schema: &Value| strict(schema, definitions, depth + 1);
    let mut out = Fields::new();
    for (name, value) in schema.iter() {
        let value = match (name, value) {
            ("default", Value::Null) => continue,
            ("$defs" | "properties", Value::Map(parts)) => {
                let parts = parts.iter().map(|(name, schema)| Ok((name, part(schema)?)));
                Value::Map(parts.collect::<Result<_, Unsure>>()?)
            }
            ("items", _) => part(value)?,
            ("anyOf", Value::List(members)) => {
                Value::List(members.iter().map(part).collect::<Result<_, Unsure>>()?)
            }
            _ if is_finite(value) => value.clone(),
            _ => {
                return Err(Unsure { reason: format!("a `{name}` that is not finite is no JSON") });
            }
        };
        out.insert(name, value);
    }
    let is_object = out.value("type").and_then(Value::as_str) == Some("object");
    if is_object && !out.contains("additionalProperties") {
        out.insert("additionalProperties", false);
    }
    if let Some(Value::Map(properties)) = out.value("properties") {
        let names: Vec<String> = properties.names().map(ToOwned::to_owned).collect();
        out.insert("required", names);
    }
    match out.value("$ref").and_then(Value::as_str) {
        Some(reference) if out.len() > 1 => {
            let name = reference.strip_prefix(DEFINITIONS.1).unwrap_or(reference);
            let Some(Value::Map(resolved)) = definitions.value(name).map(part).transpose()? else {
                return Err(Unsure {
                    reason: format!("the reference `{reference}` leads nowhere"),
                });
            };
            out.remove("$ref");
            Ok(Value::Map(resolved.into_iter().chain(out).collect()))
        }
        _ => Ok(Value::Map(out)),
    }
}

fn is_finite(value: &Value) -> bool {
    match value {
        Value::Float(float) => float.is_finite(),
        Value::List(items) => items.iter().all(is_finite),
        Value::Map(fields) => fields.iter().all(|(_, value)| is_finite(value)),
        _ => true,
    }
}
