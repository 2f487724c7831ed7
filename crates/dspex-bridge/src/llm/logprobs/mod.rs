//! How likely the tokens of an answer were to the model that wrote them.

#[cfg(any(feature = "cache", feature = "testing", feature = "python", feature = "parity"))]
mod record;

#[cfg(any(feature = "cache", feature = "testing", feature = "python"))]
pub(crate) use record::read;
#[cfg(any(feature = "cache", feature = "testing", feature = "python", feature = "parity"))]
pub(crate) use record::written;
#[cfg(feature = "http")]
use serde_json::Value as Json;

/// A token of an answer, and how likely it was.
///
/// A request asks for these with the parameter `logprobs`, and with `top_logprobs` for so many others
/// beside each.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct TokenLogprob {
    /// The token that was written.
    pub chosen: Logprob,
    /// The likeliest tokens in its place, the likeliest first; the chosen one may be among them.
    pub top: Vec<Logprob>,
}

/// A token, and how likely it is.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Logprob {
    /// Its text; of a token that is a part of a character, what the provider says of it.
    pub token: String,
    /// The natural logarithm of its probability: at most 0.
    pub logprob: f64,
    /// The bytes of its text, where the provider tells.
    pub bytes: Option<Vec<u8>>,
}

impl Logprob {
    /// A token of this logarithmic probability.
    pub fn new(token: impl Into<String>, logprob: f64) -> Self {
        Self { token: token.into(), logprob, bytes: None }
    }

    #[cfg(feature = "http")]
    fn of_json(entry: &Json) -> Option<Self> {
        let bytes = entry["bytes"]
            .as_array()
            .and_then(|bytes| bytes.iter().map(|byte| u8::try_from(byte.as_u64()?).ok()).collect());
        let token = entry["token"].as_str()?.to_owned();
        Some(Self { token, logprob: entry["logprob"].as_f64()?, bytes })
    }
}

/// Adds what a provider tells in OpenAI's form; entries of another one are passed over, as in DSPy.
#[cfg(feature = "http")]
pub(crate) fn add(told: &Json, tokens: &mut Vec<TokenLogprob>) {
    tokens.extend(told.as_array().into_iter().flatten().filter_map(|entry| {
        let top = entry["top_logprobs"].as_array().into_iter().flatten();
        let top = top.filter_map(Logprob::of_json).collect();
        Some(TokenLogprob { chosen: Logprob::of_json(entry)?, top })
    }));
}

#[cfg(all(test, feature = "http", feature = "python"))]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_a_provider_tells_is_read_and_kept() {
        let told = json!([
            {"token": "Le", "logprob": -0.25, "bytes": [76, 101], "top_logprobs": [
                {"token": "Le", "logprob": -0.25, "bytes": [76, 101]},
                {"token": "Yo", "logprob": -2, "bytes": null},
                {"logprob": -3},
            ]},
            {"token": "lost"},
            7,
            {"token": "eds", "logprob": 0.0},
        ]);
        let mut tokens = Vec::new();
        add(&told, &mut tokens);
        let [first, second] = &tokens[..] else { panic!("{tokens:?}") };
        assert_eq!(first.chosen.bytes.as_deref(), Some(&b"Le"[..]));
        assert_eq!(first.top[1], Logprob::new("Yo", -2.0));
        assert_eq!((first.top.len(), second.top.len()), (2, 0));
        assert_eq!(second.chosen, Logprob::new("eds", 0.0));
        assert_eq!(read(&written(&tokens)), Ok(tokens));
        add(&Json::Null, &mut Vec::new());
    }
}
