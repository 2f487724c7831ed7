//! What stands around a model, as `[lm.NAME]` holds it.

use dspex_bridge::llm::{RateLimit, Retry};

use super::lm::{BreakerConfig, BudgetConfig, CacheConfig, TimeoutConfig};
use super::reader::Section;

pub(super) fn timeouts(section: &Section<'_>) -> TimeoutConfig {
    section.close(&["total", "connect", "first_token", "idle"], &[]);
    let duration = |key| section.duration(key);
    TimeoutConfig {
        total: duration("total"),
        connect: duration("connect"),
        first_token: duration("first_token"),
        idle: duration("idle"),
    }
}

pub(super) fn breaker(section: &Section<'_>) -> Option<BreakerConfig> {
    section.close(&["failures", "rest"], &[]);
    let rest = section.duration("rest");
    let failures = section.count("failures", 1).map(bounded);
    if failures.is_none() && rest.is_some() && !section.has("failures") {
        let message = format!("`{}` is missing", section.path("failures"));
        section.fault("rest", message, Some("say after how many in a row: failures = 5"));
    }
    Some(BreakerConfig { failures: failures?, rest })
}

pub(super) fn budget(section: &Section<'_>) -> Option<BudgetConfig> {
    section.close(&["usd_per_day", "tokens_per_day"], &["on_exceeded"]);
    let usd_per_day = section.float("usd_per_day");
    if usd_per_day.is_some_and(|usd| usd <= 0.0) {
        let message = format!("`{}` leaves nothing to spend", section.path("usd_per_day"));
        section.fault("usd_per_day", message, None);
    }
    let tokens_per_day = section.count("tokens_per_day", 1);
    let is_some = usd_per_day.is_some() || tokens_per_day.is_some();
    is_some.then_some(BudgetConfig { usd_per_day, tokens_per_day })
}

pub(super) fn cache(section: &Section<'_>) -> Option<CacheConfig> {
    section.close(&["entries", "ttl"], &["persist"]);
    let ttl = section.duration("ttl");
    if ttl.is_some() && !section.has("entries") {
        let message = format!("`{}` is missing", section.path("entries"));
        section.fault("ttl", message, Some("say how many answers are kept: entries = 100_000"));
    }
    Some(CacheConfig { entries: section.count("entries", 1)?, ttl })
}

pub(super) fn rate_limit(section: &Section<'_>) -> Option<RateLimit> {
    let (requests, tokens) = ("requests_per_minute", "tokens_per_minute");
    section.close(&[requests, tokens], &[]);
    let [requests, tokens] = [requests, tokens].map(|key| section.count(key, 1).map(bounded));
    let mut limit = RateLimit::per_minute();
    limit = requests.map_or(limit, |requests| limit.requests(requests));
    limit = tokens.map_or(limit, |tokens| limit.tokens(tokens));
    (requests.is_some() || tokens.is_some()).then_some(limit)
}

pub(super) fn retry(section: &Section<'_>) -> Retry {
    section.close(&["attempts"], &["budget"]);
    section.count("attempts", 1).map_or_else(Retry::default, |most| Retry::attempts(bounded(most)))
}

/// A count that is more than anybody means is as good as the largest.
fn bounded(count: u64) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// As many at a time.
pub(super) fn size(count: u64) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}
