//! `[lm.NAME]`: a language model.

use std::time::Duration;

use super::reader::Section;

/// A language model, as `[lm.NAME]` holds it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct LmConfig {
    /// DSPy's `provider/model` name.
    pub model: String,
    /// The variable that holds the key, where not the provider's usual one.
    pub api_key_env: Option<String>,
    /// Where the provider is, where not at its usual address.
    pub base_url: Option<String>,
    /// Randomness of calls that do not set their own.
    pub temperature: Option<f64>,
    /// The most tokens of an answer, for calls that do not set their own.
    pub max_tokens: Option<u64>,
    /// The longest exchange, `timeout = { total = "60s" }`; the call's own deadline holds as well.
    pub total_timeout: Option<Duration>,
}

impl LmConfig {
    /// A model by its `provider/model` name, with the provider's usual settings.
    pub fn new(model: impl Into<String>) -> Self {
        Self {
            model: model.into(),
            api_key_env: None,
            base_url: None,
            temperature: None,
            max_tokens: None,
            total_timeout: None,
        }
    }
}

const KNOWN: &[&str] =
    &["model", "api_key_env", "base_url", "temperature", "max_tokens", "timeout"];
const LATER: &[&str] =
    &["adapter", "price_usd_per_million", "fallback", "retry", "rate_limit", "cache", "budget"];
const SECRETS: &[&str] = &["api_key", "key", "token", "secret", "password"];

pub(super) fn read(section: &Section<'_>) -> Option<LmConfig> {
    let known: Vec<&str> = KNOWN.iter().chain(SECRETS).copied().collect();
    section.close(&known, LATER);
    for key in SECRETS {
        if section.has(key) {
            let message = format!("`{}` holds a secret", section.path(key));
            let hint = "put it in an environment variable and name that in `api_key_env`";
            section.fault(key, message, Some(hint));
        }
    }
    let timeout = section.section("timeout");
    timeout.close(&["total"], &["connect", "first_token", "idle"]);
    let model = section.text("model");
    if model.is_none() && !section.has("model") {
        let hint = "name one as DSPy does: model = \"openai/gpt-4o-mini\"";
        section.fault("model", format!("`{}` is missing", section.path("model")), Some(hint));
    }
    Some(LmConfig {
        model: model?,
        api_key_env: section.text("api_key_env"),
        base_url: section.text("base_url"),
        temperature: section.float("temperature"),
        max_tokens: section.count("max_tokens", 1),
        total_timeout: timeout.duration("total"),
    })
}
