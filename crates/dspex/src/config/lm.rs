//! `[lm.NAME]`: a language model.

use std::time::Duration;

use dspex_bridge::llm::{Key, RateLimit, Retry};

use super::key;
use super::reader::Section;

/// A language model, as `[lm.NAME]` holds it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct LmConfig {
    /// DSPy's `provider/model` name.
    pub model: String,
    /// Where the key comes from, where not from the provider's usual variable: `api_key_env`,
    /// `api_key_file` and `api_key_command`, tried in this order.
    pub key: Option<Key>,
    /// Where the provider is, where not at its usual address.
    pub base_url: Option<String>,
    /// Randomness of calls that do not set their own.
    pub temperature: Option<f64>,
    /// The most tokens of an answer, for calls that do not set their own.
    pub max_tokens: Option<u64>,
    /// The longest exchange, `timeout = { total = "60s" }`; the call's own deadline holds as well.
    pub total_timeout: Option<Duration>,
    /// Configured models that are asked in this order where this one fails.
    pub fallback: Vec<String>,
    /// The most requests and tokens a minute, `rate_limit = { requests_per_minute = 500 }`.
    pub rate_limit: Option<RateLimit>,
    /// How many answers are kept in memory, `cache = { entries = 100_000, ttl = "1d" }`; none where
    /// nobody says.
    pub cache: Option<CacheConfig>,
    /// The most tries of a request, `retry = { attempts = 3 }`; the call's attempts hold as well.
    pub retry: Retry,
}

/// A cache of a model's answers, in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CacheConfig {
    /// At most this many answers.
    pub entries: u64,
    /// How long each is kept; for good where nobody says.
    pub ttl: Option<Duration>,
}

impl LmConfig {
    /// A model by its `provider/model` name, with the provider's usual settings.
    pub fn new(model: impl Into<String>) -> Self {
        Self {
            model: model.into(),
            key: None,
            base_url: None,
            temperature: None,
            max_tokens: None,
            total_timeout: None,
            fallback: Vec::new(),
            rate_limit: None,
            cache: None,
            retry: Retry::default(),
        }
    }
}

#[rustfmt::skip]
const KNOWN: &[&str] = &[
    "model", "base_url", "temperature", "max_tokens", "timeout", "fallback", "rate_limit", "cache",
    "retry",
];
const LATER: &[&str] = &["adapter", "price_usd_per_million", "budget"];

pub(super) fn read(section: &Section<'_>) -> Option<LmConfig> {
    let known = KNOWN.iter().copied().chain(key::KNOWN).chain(key::secrets(section));
    section.close(&known.collect::<Vec<_>>(), LATER);
    let timeout = section.section("timeout");
    timeout.close(&["total"], &["connect", "first_token", "idle"]);
    let model = section.text("model");
    if model.is_none() && !section.has("model") {
        let hint = "name one as DSPy does: model = \"openai/gpt-4o-mini\"";
        section.fault("model", format!("`{}` is missing", section.path("model")), Some(hint));
    }
    let key = key::read(section);
    Some(LmConfig {
        model: model?,
        key,
        base_url: section.text("base_url"),
        temperature: section.float("temperature"),
        max_tokens: section.count("max_tokens", 1),
        total_timeout: timeout.duration("total"),
        fallback: section.texts("fallback").unwrap_or_default(),
        rate_limit: rate_limit(&section.section("rate_limit")),
        cache: cache(&section.section("cache")),
        retry: retry(&section.section("retry")),
    })
}

fn cache(section: &Section<'_>) -> Option<CacheConfig> {
    section.close(&["entries", "ttl"], &["persist"]);
    let ttl = section.duration("ttl");
    if ttl.is_some() && !section.has("entries") {
        let message = format!("`{}` is missing", section.path("entries"));
        section.fault("ttl", message, Some("say how many answers are kept: entries = 100_000"));
    }
    Some(CacheConfig { entries: section.count("entries", 1)?, ttl })
}

fn rate_limit(section: &Section<'_>) -> Option<RateLimit> {
    let (requests, tokens) = ("requests_per_minute", "tokens_per_minute");
    section.close(&[requests, tokens], &[]);
    let [requests, tokens] = [requests, tokens].map(|key| section.count(key, 1).map(bounded));
    let mut limit = RateLimit::per_minute();
    limit = requests.map_or(limit, |requests| limit.requests(requests));
    limit = tokens.map_or(limit, |tokens| limit.tokens(tokens));
    (requests.is_some() || tokens.is_some()).then_some(limit)
}

fn retry(section: &Section<'_>) -> Retry {
    section.close(&["attempts"], &["budget"]);
    section.count("attempts", 1).map_or_else(Retry::default, |most| Retry::attempts(bounded(most)))
}

/// A count that is more than anybody means is as good as the largest.
fn bounded(count: u64) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
