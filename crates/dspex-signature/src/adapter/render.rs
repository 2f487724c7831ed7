//! The value of a field as text in a prompt.

use super::{
    FormatError, Unsure,
    chat_text::MEDIA_MARKER,
    dump::{Context, dumped, only_pythons},
    text_list::text_list,
};
use crate::{Field, JsonStyle, Rare, Type, Value};

/// Appends a value as DSPy shows it: text as it is, lists and maps as JSON, everything else as
/// Python's `str()`; a list given to a text field as quoted items.
pub(super) fn value(field: &Field, value: &Value, out: &mut String) -> Result<(), FormatError> {
    match value {
        Value::Text(text) => out.push_str(text),
        Value::List(items) if field.ty == Type::Str => return text_list(field, items, out),
        Value::Rare(rare) if let Rare::Complex(complex) = &**rare => {
            out.push_str(&complex.json_text());
        }
        Value::Rare(rare) if let Some(what) = only_pythons(rare) => {
            return Err(unsupported(field, what));
        }
        container if container.is_container() => {
            let value = dumped(&field.ty, value, Context::Whole);
            let value = value.map_err(|what| unsupported(field, what))?;
            value.write_json(JsonStyle::default().with_non_finite(), out);
        }
        Value::Bytes(bytes) => match std::str::from_utf8(bytes) {
            Ok(text) => out.push_str(text),
            // pydantic fails at them, and DSPy falls back to `str()`.
            Err(_) => out.push_str(&value.python_str()),
        },
        Value::Float(float)
            if !float.is_finite() && field.ty.holds(&|ty| matches!(ty, Type::Enum(_))) =>
        {
            return Err(unsupported(field, "a float of an enum that is not finite"));
        }
        scalar => out.push_str(&scalar.python_str()),
    }
    Ok(())
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

pub(super) fn unsupported(field: &Field, what: &str) -> FormatError {
    FormatError::Unsupported(Unsure { reason: format!("field `{}` holds {what}", field.name) })
}
