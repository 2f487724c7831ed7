//! How likely tokens were, as fields: in the form in which OpenAI and DSPy tell it.

#[cfg(any(feature = "cache", feature = "testing", feature = "python"))]
use dspex_signature::ValueError;
use dspex_signature::{Fields, Value, fields};

use super::{Logprob, TokenLogprob};

/// The tokens as a list of maps.
pub(crate) fn written(tokens: &[TokenLogprob]) -> Value {
    let token = |token: &TokenLogprob| {
        let top: Vec<_> = token.top.iter().map(|other| Value::Map(one(other))).collect();
        Value::Map(one(&token.chosen).with("top_logprobs", top))
    };
    Value::List(tokens.iter().map(token).collect())
}

fn one(token: &Logprob) -> Fields {
    let byte = |byte: &u8| Value::Int(i64::from(*byte));
    let bytes = token.bytes.as_ref().map(|bytes| Value::List(bytes.iter().map(byte).collect()));
    fields! { "token" => token.token.as_str(), "logprob" => token.logprob, "bytes" => bytes }
}

/// The tokens that [`written`] wrote.
///
/// # Errors
/// What is missing or of another type.
#[cfg(any(feature = "cache", feature = "testing", feature = "python"))]
pub(crate) fn read(tokens: &Value) -> Result<Vec<TokenLogprob>, ValueError> {
    fn maps(value: Option<&Value>) -> impl Iterator<Item = &Fields> {
        let items = value.and_then(Value::as_list).unwrap_or_default();
        items.iter().filter_map(Value::as_map)
    }
    let one = |fields: &Fields| {
        let (token, logprob) = (fields.get("token")?, fields.get("logprob")?);
        Ok(Logprob { token, logprob, bytes: fields.get("bytes")? })
    };
    let token = |fields: &Fields| {
        let top = maps(fields.value("top_logprobs")).map(one).collect::<Result<_, ValueError>>()?;
        Ok(TokenLogprob { chosen: one(fields)?, top })
    };
    maps(Some(tokens)).map(token).collect()
}
