//! A conversation so far, which a field of type `dspy.History` holds.

use std::borrow::Cow;

use super::{FormatError, Unsure};
use crate::{Field, Fields, Type, Value};

/// Whether a field's type is `dspy.History`.
pub(super) fn is_history(field: &Field) -> bool {
    matches!(&field.ty, Type::Opaque(class) if class.path == "dspy.History")
}

/// The past messages in the value of a field: maps from the names of fields to values.
///
/// # Errors
/// As DSPy, which asks the value for its `messages`, where it is no history. Tool calls in a
/// message, of which DSPy makes messages of their own, are left to it.
pub(super) fn messages<'a>(
    field: &Field,
    value: &'a Value,
) -> Result<Vec<Cow<'a, Fields>>, FormatError> {
    let Some(messages) = known_messages(value) else {
        let message = format!(
            "`{}` should be a history: `{{\"messages\": [...]}}`, found `{}`",
            field.name,
            value.python_type()
        );
        return Err(FormatError::Refused { class: "AttributeError", message });
    };
    let is_tool_call =
        |value: &Value| value.as_map().is_some_and(|fields| fields.contains("tool_calls"));
    if messages.iter().any(|message| message.iter().any(|(_, value)| is_tool_call(value))) {
        let reason = format!("field `{}` holds tool calls", field.name);
        return Err(FormatError::Unsupported(Unsure { reason }));
    }
    Ok(messages.into_iter().map(stripped).collect())
}

/// Whether a value is what DSPy shows of tool calls: `{"tool_calls": [{"name": ..., "args": ...}]}`
/// with a name and a map of arguments for each call.
pub(super) fn are_tool_calls(value: &Value) -> bool {
    let is_call = |call: &Value| {
        call.as_map().is_some_and(|call| {
            call.names().eq(["name", "args"])
                && call["name"].as_str().is_some()
                && call["args"].as_map().is_some()
        })
    };
    let fields = value.as_map().filter(|fields| fields.len() == 1);
    let calls = fields.and_then(|fields| fields.value("tool_calls")?.as_list());
    calls.is_some_and(|calls| calls.iter().all(is_call))
}

/// Whether a history's own text differs from its value's.
pub(super) fn is_changed_by_reading(value: &Value) -> bool {
    known_messages(value).is_some_and(|messages| messages.into_iter().any(is_to_be_stripped))
}

fn known_messages(value: &Value) -> Option<Vec<&Fields>> {
    let fields = value.as_map().filter(|fields| fields.len() == 1)?;
    match fields.value("messages")? {
        Value::List(messages) => messages.iter().map(Value::as_map).collect(),
        _ => None,
    }
}

/// A message with white space around its names taken off, as pydantic does for this class.
fn stripped(message: &Fields) -> Cow<'_, Fields> {
    if !is_to_be_stripped(message) {
        return Cow::Borrowed(message);
    }
    let strip = |(name, value): (&str, &Value)| (name.trim().to_owned(), value.clone());
    Cow::Owned(message.iter().map(strip).collect())
}

fn is_to_be_stripped(message: &Fields) -> bool {
    message.names().any(|name| name.trim().len() != name.len())
}
