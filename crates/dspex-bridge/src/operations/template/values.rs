//! Values on their way into a template, and into its text.

use std::fmt::{self, Display as _};
use std::sync::Arc;

use dspex_signature::{BigInt, Fields, JsonStyle, Value};
use minijinja::value::{Enumerator, Object, ObjectRepr, Tuple, Value as Held, ValueKind};
use minijinja::{Error, ErrorKind, Output, State};

/// The deepest value that a template may build and print.
const MAX_DEPTH: usize = 64;

/// A value that the engine has no form for; its parts are made as they are asked for.
#[derive(Debug)]
struct Kept(Value);

/// The value as a template sees it.
pub(super) fn to_template(value: Value) -> Held {
    match value {
        Value::Null => Held::from(()),
        Value::Bool(bool) => Held::from(bool),
        Value::Int(int) => Held::from(int),
        Value::Float(float) => Held::from(float),
        Value::Text(text) => Held::from(text),
        Value::BigInt(big) => match big.as_str().parse::<i128>() {
            Ok(int) => Held::from(int),
            Err(_) => Held::from_object(Kept(Value::BigInt(big))),
        },
        other => Held::from_object(Kept(other)),
    }
}

/// Writes a value as Python's `str()` prints it.
pub(super) fn print(
    out: &mut Output<'_>,
    _state: &mut State<'_, '_>,
    value: &Held,
) -> Result<(), Error> {
    let written = match (value.as_str(), value.downcast_object_ref::<Kept>()) {
        (Some(text), _) => out.write_str(text),
        (None, Some(kept)) => write!(out, "{}", kept.0),
        (None, None) => match to_python(value, MAX_DEPTH) {
            Some(value) => write!(out, "{value}"),
            // What only the engine knows: a macro, a loop.
            None => write!(out, "{value}"),
        },
    };
    written.map_err(Error::from)
}

/// `json.dumps(value, ensure_ascii=False)`.
pub(super) fn to_json(value: &Held) -> Result<String, Error> {
    let value = to_python(value, MAX_DEPTH).ok_or_else(|| {
        Error::new(ErrorKind::BadSerialization, format!("JSON has no {}", value.kind()))
    })?;
    Ok(value.to_json_with(JsonStyle::default().with_non_finite()))
}

/// The value that a template made; `None` where Python has none like it.
fn to_python(value: &Held, depth: usize) -> Option<Value> {
    if let Some(kept) = value.downcast_object_ref::<Kept>() {
        return Some(kept.0.clone());
    }
    let depth = depth.checked_sub(1)?;
    Some(match value.kind() {
        ValueKind::None => Value::Null,
        ValueKind::Undefined => return None,
        ValueKind::Bool => Value::Bool(value.is_true()),
        ValueKind::Number if value.is_integer() => BigInt::parse(&value.to_string())?,
        ValueKind::Number => Value::Float(f64::try_from(value.clone()).ok()?),
        ValueKind::String => Value::Text(value.as_str()?.to_owned()),
        ValueKind::Bytes => Value::Bytes(value.as_bytes()?.to_vec()),
        ValueKind::Seq | ValueKind::Iterable => {
            let items = value
                .try_iter()
                .ok()?
                .map(|item| to_python(&item, depth))
                .collect::<Option<_>>()?;
            match value.downcast_object_ref::<Tuple>() {
                Some(_) => Value::Tuple(items),
                None => Value::List(items),
            }
        }
        ValueKind::Map => {
            let mut entries = Fields::new();
            for key in value.try_iter().ok()? {
                let item = to_python(&value.get_item(&key).ok()?, depth)?;
                entries.insert(key.as_str()?, item);
            }
            Value::Map(entries)
        }
        _ => return None,
    })
}

impl Object for Kept {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        match &self.0 {
            Value::List(_) | Value::Tuple(_) | Value::Set(_) => ObjectRepr::Seq,
            Value::Map(_) => ObjectRepr::Map,
            _ => ObjectRepr::Plain,
        }
    }

    fn get_value(self: &Arc<Self>, key: &Held) -> Option<Held> {
        let part = match &self.0 {
            Value::Map(entries) => entries.value(key.as_str()?),
            other => other.as_list()?.get(key.as_usize()?),
        };
        part.cloned().map(to_template)
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        match &self.0 {
            Value::Map(entries) => Enumerator::Values(entries.names().map(Held::from).collect()),
            other => other
                .as_list()
                .map_or(Enumerator::NonEnumerable, |items| Enumerator::Seq(items.len())),
        }
    }

    fn render(self: &Arc<Self>, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Within a container of the template's own, texts stand in quotes; these never are texts.
        self.0.fmt(formatter)
    }
}
