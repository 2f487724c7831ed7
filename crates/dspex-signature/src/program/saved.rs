//! What can be saved: the forms of JSON, as DSPy writes them.

use super::error::{ProgramFault, predictor};
use crate::{BigInt, Dict, Fields, Value};

/// How many lists and objects may stand inside one another within a value; with what a file puts
/// around it, a reader takes this.
const MAX_DEPTH: usize = 120;

/// Demos as a file holds them.
pub(super) fn demos(demos: Vec<Fields>) -> Result<Value, Vec<ProgramFault>> {
    let mut faults = Vec::new();
    let mut saved = Vec::with_capacity(demos.len());
    for (position, demo) in demos.into_iter().enumerate() {
        match storable(Value::Map(demo), 0) {
            Ok(demo) => saved.push(demo),
            Err(Unstorable { place, what }) => {
                let place = format!("demos[{position}]{place}");
                faults.push(fault(&place, &what));
            }
        }
    }
    if faults.is_empty() { Ok(Value::List(saved)) } else { Err(faults) }
}

/// The entries of a language model as a file holds them.
pub(super) fn lm(entries: Fields) -> Result<Value, ProgramFault> {
    if entries.value(super::lm::SECRET).is_some_and(|secret| !secret.is_null()) {
        return Err(ProgramFault::new("`lm.api_key` holds a secret, which is not saved")
            .hint("give the key to the model when the program has been loaded"));
    }
    storable(Value::Map(entries), 0)
        .map_err(|Unstorable { place, what }| fault(&format!("lm{place}"), &what))
}

fn fault(place: &str, what: &str) -> ProgramFault {
    let message = format!("`{place}` of {} is {what}, which DSPy does not save", predictor(""));
    ProgramFault::new(message).hint("write it as text, a number, a list or an object")
}

struct Unstorable {
    place: String,
    what: String,
}

/// A value as it comes back from a file: tuples become lists, `nan` and the infinities null.
fn storable(value: Value, depth: usize) -> Result<Value, Unstorable> {
    let refused = |what: String| Err(Unstorable { place: String::new(), what });
    match value {
        Value::Null | Value::Bool(_) | Value::Int(_) | Value::Text(_) => Ok(value),
        Value::BigInt(big) if big.as_str().parse::<u64>().is_ok() => Ok(Value::BigInt(big)),
        Value::BigInt(_) => refused("an integer beyond 64 bits".to_owned()),
        Value::Float(float) if !float.is_finite() => Ok(Value::Null),
        Value::Float(_) => Ok(value),
        Value::List(_) | Value::Tuple(_) | Value::Map(_) if depth == MAX_DEPTH => {
            refused(format!("nested more than {MAX_DEPTH} deep"))
        }
        Value::List(items) | Value::Tuple(items) => {
            let item = |(position, item)| {
                storable(item, depth + 1).map_err(|inner| inner.inside(&format!("[{position}]")))
            };
            items.into_iter().enumerate().map(item).collect::<Result<_, _>>().map(Value::List)
        }
        Value::Map(fields) => {
            let entry = |(name, value): (String, Value)| match storable(value, depth + 1) {
                Ok(value) => Ok((name, value)),
                Err(inner) => Err(inner.inside(&format!(".{name}"))),
            };
            fields.into_iter().map(entry).collect::<Result<_, _>>().map(Value::Map)
        }
        other => match other.as_dict().and_then(Dict::with_text_keys) {
            Some(fields) => storable(Value::Map(fields), depth),
            None => refused(format!("a `{}`", other.python_type())),
        },
    }
}

impl Unstorable {
    fn inside(mut self, place: &str) -> Self {
        self.place.insert_str(0, place);
        self
    }
}

/// A value as orjson reads its text: an integer beyond 64 bits is a float there.
///
/// # Errors
/// The place of a number that no float can hold, which orjson refuses.
pub(super) fn as_orjson_reads(value: Value) -> Result<Value, String> {
    match value {
        Value::BigInt(big) if big.as_str().parse::<u64>().is_err() => {
            as_float(&big).ok_or_else(String::new)
        }
        Value::Float(float) if float.is_infinite() => Err(String::new()),
        Value::List(items) => {
            let item = |(position, item)| {
                as_orjson_reads(item).map_err(|place| format!("[{position}]{place}"))
            };
            items.into_iter().enumerate().map(item).collect::<Result<_, _>>().map(Value::List)
        }
        Value::Map(fields) => {
            let entry = |(name, value): (String, Value)| match as_orjson_reads(value) {
                Ok(value) => Ok((name, value)),
                Err(place) => Err(format!(".{name}{place}")),
            };
            fields.into_iter().map(entry).collect::<Result<_, _>>().map(Value::Map)
        }
        other => Ok(other),
    }
}

fn as_float(big: &BigInt) -> Option<Value> {
    let float: f64 = big.as_str().parse().ok()?;
    float.is_finite().then_some(Value::Float(float))
}
