//! Values on their way into a template, and into its text.

use std::collections::HashMap;
use std::fmt::{self, Display as _};
use std::sync::{Arc, OnceLock};

use dspex_signature::{BigInt, Fields, JsonStyle, Value};
use minijinja::value::{Enumerator, Object, ObjectRepr, Tuple, Value as Held, ValueKind};
use minijinja::{Error, ErrorKind, Output, State};

/// The deepest value that a template may build and print.
const MAX_DEPTH: usize = 64;

/// A value that the engine has no form for; its parts are made when the first is asked for, and
/// shared from then on, so that a loop pays for them once.
#[derive(Debug)]
struct Kept {
    value: Value,
    parts: OnceLock<Vec<Held>>,
    /// Where each name of a map stands: a template may look up every one of many.
    places: OnceLock<HashMap<String, usize>>,
}

impl Kept {
    fn new(value: Value) -> Self {
        Self { value, parts: OnceLock::new(), places: OnceLock::new() }
    }

    fn place(&self, entries: &Fields, name: &str) -> Option<usize> {
        let places = || entries.names().enumerate().map(|(place, name)| (name.to_owned(), place));
        self.places.get_or_init(|| places().collect()).get(name).copied()
    }

    fn parts(&self) -> &[Held] {
        self.parts.get_or_init(|| match &self.value {
            Value::Map(entries) => {
                entries.iter().map(|(_, part)| to_template(part.clone())).collect()
            }
            other => other.as_list().unwrap_or(&[]).iter().cloned().map(to_template).collect(),
        })
    }
}

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
            Err(_) => Held::from_object(Kept::new(Value::BigInt(big))),
        },
        other => Held::from_object(Kept::new(other)),
    }
}

/// Writes a value as Python's `str()` prints it.
pub(super) fn print(
    out: &mut Output<'_>,
    state: &mut State<'_, '_>,
    value: &Held,
) -> Result<(), Error> {
    let written = match (value.as_str(), value.downcast_object_ref::<Kept>()) {
        (Some(text), _) => out.write_str(text),
        (None, Some(kept)) => write!(out, "{}", kept.value),
        (None, None) => match to_python(value, state, MAX_DEPTH)? {
            Some(value) => write!(out, "{value}"),
            // What only the engine knows: a macro, a loop.
            None => write!(out, "{value}"),
        },
    };
    written.map_err(Error::from)
}

/// `json.dumps(value, ensure_ascii=False)`.
pub(super) fn to_json(state: &State<'_, '_>, value: &Held) -> Result<String, Error> {
    let value = to_python(value, state, MAX_DEPTH)?.ok_or_else(|| {
        Error::new(ErrorKind::BadSerialization, format!("JSON has no {}", value.kind()))
    })?;
    Ok(value.to_json_with(JsonStyle::default().with_non_finite()))
}

/// The value that a template made; `Ok(None)` where Python has none like it.
///
/// Each part costs fuel: lists that hold one list many times are small in the engine, and as large
/// here as they print.
fn to_python(value: &Held, state: &State<'_, '_>, depth: usize) -> Result<Option<Value>, Error> {
    if let Some(kept) = value.downcast_object_ref::<Kept>() {
        state.consume_fuel(n_parts(&kept.value))?;
        return Ok(Some(kept.value.clone()));
    }
    state.consume_fuel(1)?;
    let Some(depth) = depth.checked_sub(1) else { return Ok(None) };
    Ok(match value.kind() {
        ValueKind::None => Some(Value::Null),
        ValueKind::Bool => Some(Value::Bool(value.is_true())),
        ValueKind::Number if value.is_integer() => BigInt::parse(&value.to_string()),
        ValueKind::Number => f64::try_from(value.clone()).ok().map(Value::Float),
        ValueKind::String => {
            let text = value.as_str().unwrap_or_default();
            state.consume_fuel(n_steps(text.len()))?;
            Some(Value::Text(text.to_owned()))
        }
        ValueKind::Bytes => value.as_bytes().map(|bytes| Value::Bytes(bytes.to_vec())),
        ValueKind::Seq | ValueKind::Iterable => {
            let mut items = Vec::new();
            for item in value.try_iter()? {
                let Some(item) = to_python(&item, state, depth)? else { return Ok(None) };
                items.push(item);
            }
            let is_tuple = value.downcast_object_ref::<Tuple>().is_some();
            Some(if is_tuple { Value::Tuple(items) } else { Value::List(items) })
        }
        ValueKind::Map => {
            let mut entries = Fields::new();
            for key in value.try_iter()? {
                let item = to_python(&value.get_item(&key)?, state, depth)?;
                let (Some(key), Some(item)) = (key.as_str(), item) else { return Ok(None) };
                entries.insert(key, item);
            }
            Some(Value::Map(entries))
        }
        _ => None,
    })
}

/// What copying a value costs in fuel.
fn n_parts(value: &Value) -> u64 {
    1 + match value {
        Value::Text(text) => n_steps(text.len()),
        Value::Bytes(bytes) => n_steps(bytes.len()),
        Value::Map(entries) => entries.iter().map(|(_, part)| n_parts(part)).sum(),
        other => match other.as_dict() {
            Some(entries) => entries.iter().map(|(key, part)| n_parts(key) + n_parts(part)).sum(),
            None => other.as_list().unwrap_or(&[]).iter().map(n_parts).sum(),
        },
    }
}

/// The engine's own price of data: a step for 64 bytes.
const fn n_steps(n_bytes: usize) -> u64 {
    (n_bytes / 64) as u64
}

impl Object for Kept {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        match &self.value {
            Value::Map(_) => ObjectRepr::Map,
            other if other.as_list().is_some() => ObjectRepr::Seq,
            _ => ObjectRepr::Plain,
        }
    }

    fn get_value(self: &Arc<Self>, key: &Held) -> Option<Held> {
        let place = match &self.value {
            Value::Map(entries) => self.place(entries, key.as_str()?)?,
            _ => key.as_usize()?,
        };
        self.parts().get(place).cloned()
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        match &self.value {
            Value::Map(entries) => Enumerator::Values(entries.names().map(Held::from).collect()),
            other => other
                .as_list()
                .map_or(Enumerator::NonEnumerable, |items| Enumerator::Seq(items.len())),
        }
    }

    fn render(self: &Arc<Self>, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Within a container of the template's own, texts stand in quotes; these never are texts.
        self.value.fmt(formatter)
    }
}
