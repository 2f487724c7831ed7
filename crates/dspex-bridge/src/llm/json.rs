//! JSON on the wire: values as parameters of a request's body, and answers.

use dspex_signature::{Fields, Value};
use reqwest::header::{self, HeaderMap};
use serde::Deserialize;
use serde_json::error::Category;
use serde_json::{Map, Number, Value as Json};

use super::several::{N, ROLLOUT_ID};
use super::{LmErrorKind, stops};

/// A provider's answer.
///
/// # Errors
/// [`LmErrorKind::Protocol`] says what the body is instead of `what`, by position and never by its
/// text.
pub(crate) fn answer<'b, T: Deserialize<'b>>(
    body: &'b [u8],
    headers: &HeaderMap,
    what: &str,
) -> Result<T, LmErrorKind> {
    serde_json::from_slice(body).map_err(|error| {
        let what = is_not(what, &error);
        let (line, column) = (error.line(), error.column());
        let content_type = content_type(headers);
        let message = format!("the answer {what} (line {line}, column {column}; {content_type})");
        LmErrorKind::Protocol { message }
    })
}

/// One event of a streamed answer.
///
/// # Errors
/// As [`answer`].
pub(crate) fn event<'b, T: Deserialize<'b>>(data: &'b str, what: &str) -> Result<T, LmErrorKind> {
    serde_json::from_str(data).map_err(|error| {
        let message = format!("an event {} (column {})", is_not(what, &error), error.column());
        LmErrorKind::Protocol { message }
    })
}

fn is_not(what: &str, error: &serde_json::Error) -> String {
    match error.classify() {
        Category::Data => format!("is not {what}"),
        _ => "is not JSON".to_owned(),
    }
}

pub(crate) fn content_type(headers: &HeaderMap) -> String {
    match headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()) {
        Some(content_type) => format!("content type `{content_type}`"),
        None => "no content type".to_owned(),
    }
}

/// The parameters of a request's body.
///
/// # Errors
/// As [`object`], and for an `n` of more than one.
pub(crate) fn parameters(extra: &Fields) -> Result<Map<String, Json>, String> {
    let mut parameters = object(extra)?;
    parameters.remove(ROLLOUT_ID);
    // One text that ends an answer is a list of one, as DSPy sends it; some providers know no other.
    if let Some(stop) = parameters.get_mut(stops::PARAMETER).filter(|stop| stop.is_string()) {
        *stop = Json::Array(vec![stop.take()]);
    }
    match parameters.shift_remove(N) {
        Some(n) if n != 1 => Err(format!(
            "parameter `{N}` is {n}, and a request is for one completion; `complete_n` asks for more"
        )),
        _ => Ok(parameters),
    }
}

/// The fields as a JSON object.
///
/// # Errors
/// The name of the first parameter that JSON cannot carry, and why.
pub(crate) fn object(fields: &Fields) -> Result<Map<String, Json>, String> {
    let entry = |(name, value)| match json(value) {
        Ok(json) => Ok((str::to_owned(name), json)),
        Err(why) => Err(format!("parameter `{name}` {why}")),
    };
    fields.iter().map(entry).collect()
}

/// One value as JSON.
///
/// # Errors
/// Why JSON cannot carry it.
pub(crate) fn json(value: &Value) -> Result<Json, String> {
    Ok(match value {
        Value::Null => Json::Null,
        Value::Bool(bool) => Json::Bool(*bool),
        Value::Int(int) => Json::from(*int),
        Value::Float(float) => {
            let number = Number::from_f64(*float);
            Json::Number(number.ok_or_else(|| format!("is `{float}`, which JSON cannot carry"))?)
        }
        Value::Text(text) => Json::String(text.clone()),
        Value::List(items) | Value::Tuple(items) => {
            Json::Array(items.iter().map(json).collect::<Result<_, _>>()?)
        }
        Value::Map(fields) => Json::Object(object(fields)?),
        other => return Err(format!("is of type `{}`, which JSON lacks", other.python_type())),
    })
}

#[cfg(test)]
mod tests {
    use dspex_signature::fields;

    use super::*;

    #[test]
    fn what_json_lacks_is_named() {
        let fields = fields! { "stop" => ["a"], "seed" => 3, "top_p" => 1.0 };
        let json = Json::Object(object(&fields).unwrap());
        assert_eq!(json.to_string(), r#"{"stop":["a"],"seed":3,"top_p":1.0}"#);
        let sent = parameters(&fields! { "rollout_id" => 3, "seed" => 4 }).unwrap();
        assert_eq!(Json::Object(sent).to_string(), r#"{"seed":4}"#);
        let sent = parameters(&fields! { "n" => 1, "seed" => 4 }).unwrap();
        assert_eq!(Json::Object(sent).to_string(), r#"{"seed":4}"#);
        let sent = parameters(&fields! { "stop" => "END" }).unwrap();
        assert_eq!(Json::Object(sent).to_string(), r#"{"stop":["END"]}"#);
        let error = parameters(&fields! { "n" => 2 }).unwrap_err();
        assert!(error.starts_with("parameter `n` is 2, and a request is for one"), "{error}");
        let error = object(&fields! { "logit_bias" => f64::NAN }).unwrap_err();
        assert_eq!(error, "parameter `logit_bias` is `NaN`, which JSON cannot carry");
    }
}
