//! `[lm.NAME]`: a language model.

use std::time::Duration;

use dspex_bridge::llm::{
    Key, LmCapabilities, LmRoute, ModelType, Price, RateLimit, Retry, usual_route,
};

use super::reader::Section;
use super::{around, key, known, route};

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
    /// By which way it is asked, `through = "dspy"`; where nobody says, DSPy asks the providers that
    /// it alone reaches.
    pub through: Option<LmRoute>,
    /// The variables that DSPy may read while it asks, `environment = ["AWS_REGION"]`.
    pub environment: Vec<String>,
    /// By which of OpenAI's APIs it is asked, `model_type = "responses"`.
    pub model_type: ModelType,
    /// The version of Azure's API, `api_version = "2024-10-21"`.
    pub api_version: Option<String>,
    /// Randomness of calls that do not set their own.
    pub temperature: Option<f64>,
    /// The most tokens of an answer, for calls that do not set their own.
    pub max_tokens: Option<u64>,
    /// What it costs, `price_usd_per_million = { input = 0.15, output = 0.60 }`, where the table that
    /// ships does not say so.
    pub price: Option<Price>,
    /// What it can do, `capabilities = ["schema", "tools"]`, where the table that ships does not say
    /// so.
    pub capabilities: Option<LmCapabilities>,
    /// How long an exchange and its parts may take, `timeout = { total = "60s", idle = "15s" }`; the
    /// call's own deadline holds as well.
    pub timeouts: TimeoutConfig,
    /// Configured models that are asked in this order where this one fails.
    pub fallback: Vec<String>,
    /// The most requests at a time, `concurrency = 8`.
    pub concurrency: Option<usize>,
    /// When it is left alone, `breaker = { failures = 5, rest = "30s" }`.
    pub breaker: Option<BreakerConfig>,
    /// When a request that is not answered is sent once more, `hedge_after = "2s"`.
    pub hedge_after: Option<Duration>,
    /// How much it may spend, `budget = { usd_per_day = 20.0, tokens_per_day = 9_000_000 }`; then
    /// requests go to the `fallback`, or fail.
    pub budget: Option<BudgetConfig>,
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

/// How long an exchange and its parts may take.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TimeoutConfig {
    /// The whole exchange.
    pub total: Option<Duration>,
    /// Until there is a connection.
    pub connect: Option<Duration>,
    /// Until a streamed answer begins.
    pub first_token: Option<Duration>,
    /// A silence of a streamed answer.
    pub idle: Option<Duration>,
}

/// When a model is left alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BreakerConfig {
    /// After so many failures in a row.
    pub failures: u32,
    /// For so long.
    pub rest: Option<Duration>,
}

/// How much a model may spend.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BudgetConfig {
    /// US dollars in 24 hours.
    pub usd_per_day: Option<f64>,
    /// Tokens in 24 hours, read and written.
    pub tokens_per_day: Option<u64>,
}

impl LmConfig {
    /// A model by its `provider/model` name, with the provider's usual settings.
    pub fn new(model: impl Into<String>) -> Self {
        Self {
            model: model.into(),
            key: None,
            base_url: None,
            through: None,
            environment: Vec::new(),
            model_type: ModelType::default(),
            api_version: None,
            temperature: None,
            max_tokens: None,
            price: None,
            capabilities: None,
            timeouts: TimeoutConfig::default(),
            fallback: Vec::new(),
            concurrency: None,
            breaker: None,
            hedge_after: None,
            budget: None,
            rate_limit: None,
            cache: None,
            retry: Retry::default(),
        }
    }

    /// By which way it is asked.
    #[must_use]
    pub fn route(&self) -> LmRoute {
        self.through.unwrap_or_else(|| usual_route(&self.model))
    }
}

#[rustfmt::skip]
const KNOWN: &[&str] = &[
    "model", "base_url", "through", "environment", "model_type", "api_version", "temperature", "max_tokens", "price_usd_per_million", "capabilities",
    "timeout", "fallback", "concurrency", "breaker", "hedge_after", "budget", "rate_limit", "cache",
    "retry",
];
const LATER: &[&str] = &["adapter"];

pub(super) fn read(section: &Section<'_>) -> Option<LmConfig> {
    let known = KNOWN.iter().copied().chain(key::KNOWN).chain(key::secrets(section));
    section.close(&known.collect::<Vec<_>>(), LATER);
    let model = section.text("model");
    if model.is_none() && !section.has("model") {
        let hint = "name one as DSPy does: model = \"openai/gpt-4o-mini\"";
        section.fault("model", format!("`{}` is missing", section.path("model")), Some(hint));
    }
    let key = key::read(section);
    let config = LmConfig {
        model: model?,
        key,
        base_url: section.text("base_url"),
        through: route::through(section),
        environment: section.texts("environment").unwrap_or_default(),
        model_type: known::model_type(section),
        api_version: section.text("api_version"),
        temperature: section.float("temperature"),
        max_tokens: section.count("max_tokens", 1),
        price: known::price(&section.section("price_usd_per_million")),
        capabilities: known::capabilities(section),
        timeouts: around::timeouts(&section.section("timeout")),
        fallback: section.texts("fallback").unwrap_or_default(),
        concurrency: section.count("concurrency", 1).map(around::size),
        breaker: around::breaker(&section.section("breaker")),
        hedge_after: section.duration("hedge_after"),
        budget: around::budget(&section.section("budget")),
        rate_limit: around::rate_limit(&section.section("rate_limit")),
        cache: around::cache(&section.section("cache")),
        retry: around::retry(&section.section("retry")),
    };
    route::check(section, config.route());
    Some(config)
}
