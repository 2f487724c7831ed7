//! The value of a field as text in a prompt.

use super::{
    FormatError, Unsure,
    chat_text::{EMPTY_LIST, MEDIA_MARKER},
};
use crate::{Field, JsonStyle, Type, Value};

/// Appends a value as DSPy shows it: text as it is, lists and maps as JSON, everything else as
/// Python's `str()`; a list given to a text field as quoted items.
pub(super) fn value(field: &Field, value: &Value, out: &mut String) -> Result<(), FormatError> {
    match value {
        Value::Text(text) => out.push_str(text),
        Value::List(items) if field.ty == Type::Str => return text_list(field, items, out),
        Value::List(_) | Value::Tuple(_) | Value::Set(_) | Value::Map(_) => {
            check(field, value)?;
            value.write_json(JsonStyle::default(), out);
        }
        Value::Bytes(bytes) => match std::str::from_utf8(bytes) {
            Ok(text) => out.push_str(text),
            Err(_) => return Err(unsupported(field, "bytes that are not UTF-8")),
        },
        scalar => out.push_str(&scalar.python_str()),
    }
    Ok(())
}

/// Refuses what pydantic serialises in a way of its own.
pub(super) fn check(field: &Field, value: &Value) -> Result<(), FormatError> {
    Form { in_record: false, field }.check(&field.ty, value)
}

/// Refuses a prompt in which text stands for pictures or other media.
pub(super) fn no_media(content: &str) -> Result<(), FormatError> {
    match content.contains(MEDIA_MARKER) {
        true => {
            let reason = "a text holds DSPy's marker for media".to_owned();
            Err(FormatError::Unsupported(Unsure { reason }))
        }
        false => Ok(()),
    }
}

fn text_list(field: &Field, items: &[Value], out: &mut String) -> Result<(), FormatError> {
    if items.is_empty() {
        out.push_str(EMPTY_LIST);
    }
    for (position, item) in items.iter().enumerate() {
        if position > 0 {
            out.push('\n');
        }
        if items.len() > 1 {
            out.push_str(&format!("[{}] ", position + 1));
        }
        match item {
            Value::Text(text) if text.contains(['\n', '«', '»']) => {
                out.push_str("«««\n    ");
                out.push_str(&text.replace('\n', "\n    "));
                out.push_str("\n»»»");
            }
            Value::Text(text) => out.extend(["«", text, "»"]),
            Value::List(_) | Value::Tuple(_) | Value::Set(_) | Value::Map(_) => {
                return Err(unsupported(field, "a list of containers for a text field"));
            }
            other => {
                let message = format!(
                    "`{}[{position}]` should be `str`, found `{}`",
                    field.name,
                    other.python_type()
                );
                return Err(FormatError::Refused { class: "TypeError", message });
            }
        }
    }
    Ok(())
}

/// Looks for what pydantic serialises in a way of its own.
struct Form<'a> {
    field: &'a Field,
    in_record: bool,
}

impl Form<'_> {
    fn check(&self, ty: &Type, value: &Value) -> Result<(), FormatError> {
        // A model's float field writes `NaN` where a plain float is written as `null`.
        let in_record = self.in_record || has_record(ty);
        let form = Form { in_record, ..*self };
        match value {
            Value::Float(float) if form.in_record && !float.is_finite() => {
                Err(unsupported(self.field, "a float of a record that is not finite"))
            }
            Value::Set(items) if items.len() > 1 => {
                Err(unsupported(self.field, "a set, whose order is Python's own"))
            }
            Value::Bytes(bytes) if std::str::from_utf8(bytes).is_err() => {
                Err(unsupported(self.field, "bytes that are not UTF-8"))
            }
            Value::List(items) | Value::Tuple(items) | Value::Set(items) => {
                items.iter().try_for_each(|item| form.check(ty, item))
            }
            Value::Map(fields) => fields.iter().try_for_each(|(_, value)| form.check(ty, value)),
            _ => Ok(()),
        }
    }
}

fn has_record(ty: &Type) -> bool {
    match ty {
        Type::Record(_) => true,
        other => other.parts().any(has_record),
    }
}

fn unsupported(field: &Field, what: &str) -> FormatError {
    FormatError::Unsupported(Unsure { reason: format!("field `{}` holds {what}", field.name) })
}
