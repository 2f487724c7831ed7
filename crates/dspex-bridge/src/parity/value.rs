//! Values of the corpus: JSON with tags for what JSON lacks, made into what DSPy was given.

use dspex_signature::{
    BigInt, Coerced, Fields, Signature, Tag, Tagged, Type, TypeTable, Value, validate,
};
use serde_json::{Map, Value as Json};

use super::dspy_class;

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
        if field.is_some_and(|field| field.ty == Type::Str) && holds_class(json) {
            return Err("a text field holds models or members of enums".to_owned());
        }
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
    let scalar = |tag, ty| match validate(&ty, Value::Text(inner.as_str()?.to_owned())) {
        Coerced::Exact(value) => Some(value),
        _ => Some(Tagged::from_canonical(tag, inner.as_str()?).into()),
    };
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
        "$date" => scalar(Tag::Date, Type::Date).ok_or_else(unknown),
        "$datetime" => scalar(Tag::DateTime, Type::DateTime).ok_or_else(unknown),
        "$decimal" => scalar(Tag::Decimal, Type::Decimal).ok_or_else(unknown),
        "$history" => items()
            .map(|messages| Value::Map(Fields::new().with("messages", Value::List(messages)))),
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

/// A member of an enum, which is its value here, as everywhere in dspex. The tag names it, or gives
/// its value where the corpus gives no names.
fn enum_member(inner: &Json, types: &TypeTable) -> Option<Value> {
    let [class, member] = inner.as_array()?.as_slice() else { return None };
    let Type::Enum(class) = types.get(class.as_str()?)? else { return None };
    let member = member.as_str()?;
    let by_name = class.members.iter().find(|(name, _)| name == member);
    let by_value = || class.members.iter().find(|(_, value)| value.as_str() == Some(member));
    by_name.or_else(by_value).map(|(_, value)| value.clone())
}

fn plain_items(items: &[Json], types: &TypeTable) -> Result<Vec<Value>, String> {
    items.iter().map(|item| plain(item, types)).collect()
}

fn is_tagged(json: &Json) -> bool {
    json.as_object().is_some_and(|object| object.keys().any(|key| key.starts_with('$')))
}

/// Whether a list holds instances of classes, which a text field shows in Python's own way.
fn holds_class(json: &Json) -> bool {
    let is_class = |json: &Json| json.get("$model").is_some() || json.get("$enum").is_some();
    match json {
        Json::Array(items) => items.iter().any(|item| is_class(item) || holds_class(item)),
        Json::Object(entries) => entries.values().any(|item| is_class(item) || holds_class(item)),
        _ => false,
    }
}

/// What pydantic makes of a value.
pub(super) enum Converted {
    /// It is valid, and becomes this.
    To(Value),
    /// It is not valid.
    Invalid,
    /// Only pydantic can tell.
    Unknown,
}

fn convert(value: &Value, ty: &Type) -> Converted {
    if let Type::Opaque(class) = ty {
        return dspy_class::convert(value, &class.path);
    }
    match validate(ty, value.clone()) {
        Coerced::Exact(value) => Converted::To(value),
        Coerced::Fails(_) => Converted::Invalid,
        Coerced::Unsure(_) => Converted::Unknown,
    }
}
