//! A list that is given to a text field.

use super::{FormatError, chat_text::EMPTY_LIST, dump::only_pythons, render::unsupported};
use crate::{Field, Rare, Value, value::set_order::in_pythons_order};

/// What makes DSPy write an item over several lines.
const MARKS: [&str; 3] = ["\n", "«", "»"];

/// Appends the items in quotes, numbered where there are several.
///
/// DSPy expects texts and asks each whether it contains a line break or a quote. A list is asked
/// for an item of that text, a map for a key, and where it has none it is shown as Python's
/// `str()`; everything else cannot be asked.
pub(super) fn text_list(
    field: &Field,
    items: &[Value],
    out: &mut String,
) -> Result<(), FormatError> {
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
        let wrong = |class| {
            let found = item.python_type();
            let message = format!("`{}[{position}]` should be `str`, found `{found}`", field.name);
            Err(FormatError::Refused { class, message })
        };
        if let Value::Rare(rare) = item
            && let Some(what) = only_pythons(rare)
        {
            return Err(unsupported(field, what));
        }
        let is_mark = |item: &Value| item.as_str().is_some_and(|text| MARKS.contains(&text));
        match item {
            Value::Text(text) if text.contains(['\n', '«', '»']) => {
                out.push_str("«««\n    ");
                out.push_str(&text.replace('\n', "\n    "));
                out.push_str("\n»»»");
            }
            Value::Text(text) => out.extend(["«", text, "»"]),
            container if container.as_list().is_some_and(|inner| inner.iter().any(is_mark)) => {
                return wrong("AttributeError");
            }
            Value::Map(inner) if inner.names().any(|name| MARKS.contains(&name)) => {
                return wrong("AttributeError");
            }
            container if has_key(container, is_mark) => return wrong("AttributeError"),
            container if container.is_container() => {
                let Some(item) = printable(item) else {
                    return Err(unsupported(field, "a list whose items only Python can print"));
                };
                out.extend(["«", &item.python_repr(), "»"]);
            }
            _ => return wrong("TypeError"),
        }
    }
    Ok(())
}

fn has_key(value: &Value, is_asked: impl Fn(&Value) -> bool) -> bool {
    value.as_dict().is_some_and(|dict| dict.iter().any(|(key, _)| is_asked(key)))
}

/// The value with its sets in Python's order; `None` where that is not certain, and for values
/// that print in another way than JSON shows them.
pub(super) fn printable(value: &Value) -> Option<Value> {
    let all = |items: &[Value]| items.iter().map(printable).collect::<Option<Vec<_>>>();
    Some(match value {
        Value::Tagged(_) => return None,
        Value::List(items) => Value::List(all(items)?),
        Value::Tuple(items) => Value::Tuple(all(items)?),
        Value::Set(items) => Value::Set(all(&in_pythons_order(items)?)?),
        Value::Map(fields) => {
            let entry = |(name, value): (&str, &Value)| Some((name.to_owned(), printable(value)?));
            Value::Map(fields.iter().map(entry).collect::<Option<_>>()?)
        }
        Value::Rare(rare) => match &**rare {
            Rare::Complex(_) => value.clone(),
            Rare::Surrogates(_) | Rare::NdArray(_) | Rare::Reference(_) => return None,
            Rare::Dict(dict) => {
                let entry = |(key, value)| Some((printable(key)?, printable(value)?));
                Value::dict(dict.iter().map(entry).collect::<Option<Vec<_>>>()?)
            }
            Rare::FrozenSet(items) => Value::frozen_set(all(&in_pythons_order(items)?)?),
        },
        other => other.clone(),
    })
}
