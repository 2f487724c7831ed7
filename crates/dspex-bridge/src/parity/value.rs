//! Values of the corpus: JSON with tags for what JSON lacks, made into what DSPy was given.

use dspex_signature::{BigInt, Field, Fields, Signature, Type, TypeTable, Value};
use serde_json::{Map, Value as Json};

/// The fields of a case's inputs or of one of its demos.
///
/// An untagged object or list that is valid for its field becomes what pydantic makes of it,
/// one that is not stays as it is.
///
/// # Errors
/// A reason where only pydantic can tell which of the two it is.
pub(super) fn fields(
    given: &Map<String, Json>,
    signature: &Signature,
    types: &TypeTable,
) -> Result<Fields, String> {
    let mut fields = Fields::new();
    for (name, json) in given {
        let plain = plain(json, types)?;
        let field = signature.fields().find(|field| field.name == *name);
        let value = match field {
            Some(field) if !is_tagged(json) && (json.is_object() || json.is_array()) => {
                match convert(&plain, &field.ty) {
                    Converted::To(value) => value,
                    Converted::Invalid => plain,
                    Converted::Unknown => {
                        return Err("pydantic converts an input".to_owned());
                    }
                }
            }
            _ => plain,
        };
        fields.insert(name, value);
    }
    Ok(fields)
}

/// A value by its tags alone.
///
/// # Errors
/// The tag that has no native form yet.
pub(super) fn plain(json: &Json, types: &TypeTable) -> Result<Value, String> {
    Ok(match json {
        Json::Null => Value::Null,
        Json::Bool(bool) => Value::Bool(*bool),
        Json::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(int), _) => Value::Int(int),
            (None, Some(float)) if number.is_f64() => Value::Float(float),
            _ => return Err(format!("`{number}` is out of range")),
        },
        Json::String(text) => Value::Text(text.clone()),
        Json::Array(items) => Value::List(plain_items(items, types)?),
        Json::Object(entries) => match entries.iter().next() {
            Some((tag, inner)) if tag.starts_with('$') => tagged(tag, inner, entries, types)?,
            _ => {
                let entry = |(name, json)| Ok((str::to_owned(name), plain(json, types)?));
                let entries = entries.iter().map(|(name, json)| (name.as_str(), json));
                Value::Map(entries.map(entry).collect::<Result<Fields, String>>()?)
            }
        },
    })
}

fn tagged(
    tag: &str,
    inner: &Json,
    entries: &Map<String, Json>,
    types: &TypeTable,
) -> Result<Value, String> {
    let items = || plain_items(inner.as_array().map_or(&[], Vec::as_slice), types);
    let unknown = || format!("values tagged `{tag}` are not native yet");
    match tag {
        "$float" => match inner.as_str() {
            Some("nan") => Ok(Value::Float(f64::NAN)),
            Some("inf") => Ok(Value::Float(f64::INFINITY)),
            Some("-inf") => Ok(Value::Float(f64::NEG_INFINITY)),
            _ => Err(unknown()),
        },
        "$int" => inner.as_str().and_then(BigInt::parse).ok_or_else(unknown),
        "$tuple" => items().map(Value::Tuple),
        "$set" => items().map(Value::Set),
        "$bytes" => Ok(Value::Bytes(inner.as_str().unwrap_or_default().into())),
        "$enum" => enum_member(inner, types).ok_or_else(unknown),
        "$model" => {
            let class = inner.as_str().and_then(|name| types.get(name)).ok_or_else(unknown)?;
            let value = plain(entries.get("value").ok_or_else(unknown)?, types)?;
            match convert(&value, class) {
                Converted::To(value) => Ok(value),
                Converted::Invalid | Converted::Unknown => {
                    Err("pydantic converts an input".to_owned())
                }
            }
        }
        _ => Err(unknown()),
    }
}

/// A member of an enum is its value here, as everywhere in dspex.
fn enum_member(inner: &Json, types: &TypeTable) -> Option<Value> {
    let [class, member] = inner.as_array()?.as_slice() else { return None };
    let Type::Enum(class) = types.get(class.as_str()?)? else { return None };
    let member = member.as_str()?;
    class.members.iter().find(|(name, _)| name == member).map(|(_, value)| value.clone())
}

fn plain_items(items: &[Json], types: &TypeTable) -> Result<Vec<Value>, String> {
    items.iter().map(|item| plain(item, types)).collect()
}

fn is_tagged(json: &Json) -> bool {
    json.as_object().is_some_and(|object| object.keys().any(|key| key.starts_with('$')))
}

/// What pydantic makes of a value.
enum Converted {
    /// It is valid, and becomes this.
    To(Value),
    /// It is not valid.
    Invalid,
    /// Only pydantic can tell.
    Unknown,
}

fn convert(value: &Value, ty: &Type) -> Converted {
    match (ty, value) {
        (Type::Any, value) => Converted::To(value.clone()),
        (Type::Str, Value::Text(_))
        | (Type::Int, Value::Int(_) | Value::BigInt(_))
        | (Type::Float, Value::Float(_))
        | (Type::Bool, Value::Bool(_))
        | (Type::Optional(_), Value::Null) => Converted::To(value.clone()),
        (Type::Float, Value::Int(_)) => match value.as_float() {
            Some(float) => Converted::To(Value::Float(float)),
            None => Converted::Unknown,
        },
        (Type::Optional(inner), value) => convert(value, inner),
        (Type::List(item), Value::List(items)) => {
            let items = items.iter().map(|value| convert(value, item));
            collected(items, |items| Value::List(items.collect()))
        }
        (Type::Dict(key, item), Value::Map(entries)) if **key == Type::Str => {
            let names = entries.names().map(str::to_owned);
            let values = entries.iter().map(|(_, value)| convert(value, item));
            collected(values, |values| Value::Map(names.zip(values).collect()))
        }
        (Type::Literal(members), value) if members.contains(value) => Converted::To(value.clone()),
        (Type::Enum(class), value) if class.members.iter().any(|(_, member)| member == value) => {
            Converted::To(value.clone())
        }
        (Type::Record(class), Value::Map(fields)) => record(fields, &class.fields),
        // A list or an object is never a scalar, nor the other way round.
        (
            Type::Str | Type::Int | Type::Float | Type::Bool | Type::Literal(_) | Type::Enum(_),
            Value::List(_) | Value::Map(_) | Value::Null,
        )
        | (Type::Str, Value::Int(_) | Value::Float(_) | Value::Bool(_))
        | (Type::List(_), Value::Map(_) | Value::Text(_) | Value::Int(_) | Value::Null)
        | (Type::Dict(..) | Type::Record(_), Value::List(_) | Value::Text(_) | Value::Int(_)) => {
            Converted::Invalid
        }
        _ => Converted::Unknown,
    }
}

/// A model: its fields in the order of declaration, defaults filled in, surplus dropped.
fn record(given: &Fields, declared: &[Field]) -> Converted {
    let names = declared.iter().map(|field| field.name.clone());
    let values = declared.iter().map(|field| match (given.value(&field.name), &field.default) {
        (Some(_), _) if !field.constraints.is_empty() => Converted::Unknown,
        (Some(value), _) => convert(value, &field.ty),
        (None, Some(default)) => Converted::To(default.clone()),
        (None, None) => Converted::Invalid,
    });
    collected(values, |values| Value::Map(names.zip(values).collect()))
}

fn collected(
    items: impl Iterator<Item = Converted>,
    make: impl FnOnce(std::vec::IntoIter<Value>) -> Value,
) -> Converted {
    let (mut values, mut invalid) = (Vec::new(), false);
    for item in items {
        match item {
            Converted::To(value) => values.push(value),
            Converted::Invalid => invalid = true,
            Converted::Unknown => return Converted::Unknown,
        }
    }
    if invalid { Converted::Invalid } else { Converted::To(make(values.into_iter())) }
}
