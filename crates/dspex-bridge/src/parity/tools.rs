//! The tools of a case: tables of what they answer.

use std::sync::Arc;

use dspex_signature::{Fields, JsonStyle, Tool, ToolError, TypeTable, Value};
use serde_json::{Map, Value as Json};

use super::{Case, value};

/// The tools, in order.
///
/// # Errors
/// A reason where a table holds what has no native form.
pub(super) fn tools(case: &Case) -> Result<Vec<Tool>, String> {
    let tools = case.given.get("tools").and_then(Json::as_array);
    tools.into_iter().flatten().map(tool).collect()
}

fn tool(given: &Json) -> Result<Tool, String> {
    let text = |key: &str| given[key].as_str().unwrap_or_default();
    let schemas = match plain(&given["args"])? {
        Value::Map(schemas) => schemas,
        _ => return Err("a tool without schemas".to_owned()),
    };
    let table = given["table"].as_object().cloned().unwrap_or_default();
    let table = Arc::new(Table { table, default: given.get("default").cloned() });
    Ok(Tool::from_schemas(text("name"), text("desc"), schemas, move |arguments| {
        let table = table.clone();
        Box::pin(async move { table.answer(&arguments) })
    }))
}

/// What a tool answers, by its arguments as JSON with sorted keys.
struct Table {
    table: Map<String, Json>,
    default: Option<Json>,
}

impl Table {
    fn answer(&self, arguments: &Fields) -> Result<Value, ToolError> {
        let key = Value::Map(sorted(arguments)).to_json_with(JsonStyle::default().in_ascii());
        let Some(answer) = self.table.get(&key).or(self.default.as_ref()) else {
            let key = Value::from(key).python_repr();
            return Err(ToolError::new(format!("KeyError: {key}")));
        };
        match answer.get("raise").and_then(Json::as_str) {
            Some(message) => Err(ToolError::new(format!("RuntimeError: {message}"))),
            None => plain(answer).map_err(ToolError::new),
        }
    }
}

fn sorted(fields: &Fields) -> Fields {
    let mut pairs: Vec<(String, Value)> = fields
        .iter()
        .map(|(name, value)| {
            let value = match value {
                Value::Map(inner) => Value::Map(sorted(inner)),
                other => other.clone(),
            };
            (name.to_owned(), value)
        })
        .collect();
    pairs.sort_by(|(one, _), (other, _)| one.cmp(other));
    pairs.into_iter().collect()
}

fn plain(json: &Json) -> Result<Value, String> {
    value::plain(json, &TypeTable::new())
}

/// What DSPy answered, without the place of a traceback: a tool of Rust has none.
pub(super) fn without_tracebacks(expected: &Json) -> Json {
    const TRACEBACK: &str = "<traceback>\n";
    match expected {
        Json::String(text) => text.replace(TRACEBACK, "").into(),
        Json::Array(items) => items.iter().map(without_tracebacks).collect(),
        Json::Object(fields) => {
            let fields = fields.iter();
            fields.map(|(name, value)| (name.clone(), without_tracebacks(value))).collect()
        }
        other => other.clone(),
    }
}
