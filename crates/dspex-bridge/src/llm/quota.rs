//! What a provider's headers say is left of its own limits.

use std::time::Duration;

use reqwest::header::{HeaderMap, HeaderName};

use super::Quota;
use super::failure::MAX_RETRY_AFTER;

/// The headers of what is left and when there is more, for requests and for tokens.
///
/// Source: the providers' references; OpenAI's names are those of Azure, Groq and many others.
/// Anthropic tells the hour, which needs a clock that agrees with its own, and is not read.
static HEADERS: [[Option<HeaderName>; 4]; 2] = [
    [
        Some(HeaderName::from_static("x-ratelimit-remaining-requests")),
        Some(HeaderName::from_static("x-ratelimit-reset-requests")),
        Some(HeaderName::from_static("x-ratelimit-remaining-tokens")),
        Some(HeaderName::from_static("x-ratelimit-reset-tokens")),
    ],
    [
        Some(HeaderName::from_static("anthropic-ratelimit-requests-remaining")),
        None,
        Some(HeaderName::from_static("anthropic-ratelimit-tokens-remaining")),
        None,
    ],
];

/// How the names above begin. Most answers have none, which is seen in one pass.
const PREFIXES: [&str; 2] = ["x-ratelimit-", "anthropic-ratelimit-"];

/// What the headers of an answer say; what they do not say is `None`.
pub(super) fn read(headers: &HeaderMap) -> Quota {
    let is_told = |name: &HeaderName| PREFIXES.iter().any(|start| name.as_str().starts_with(start));
    if !headers.keys().any(is_told) {
        return Quota::default();
    }
    let text = |name: &Option<HeaderName>| headers.get(name.as_ref()?)?.to_str().ok();
    let mut quota = Quota::default();
    for [requests, requests_in, tokens, tokens_in] in &HEADERS {
        let count = |name| text(name).and_then(|left| left.trim().parse().ok());
        quota.requests = quota.requests.or_else(|| count(requests));
        quota.tokens = quota.tokens.or_else(|| count(tokens));
        let wait = |name| text(name).and_then(duration);
        quota.requests_in = quota.requests_in.or_else(|| wait(requests_in));
        quota.tokens_in = quota.tokens_in.or_else(|| wait(tokens_in));
    }
    quota
}

/// Units of a duration, the longer name of a pair first.
const UNITS: [(&str, f64); 5] =
    [("ms", 1e-3), ("us", 1e-6), ("h", 3600.0), ("m", 60.0), ("s", 1.0)];

/// Reads `6m0s`, `1.5s`, `20ms` or plain seconds; a time of day in place of them is a mistake, and waited
/// for as long as a `retry-after` at most.
fn duration(text: &str) -> Option<Duration> {
    Duration::try_from_secs_f64(seconds(text)?).ok().map(|wait| wait.min(MAX_RETRY_AFTER))
}

fn seconds(text: &str) -> Option<f64> {
    let (mut rest, mut seconds) = (text.trim(), 0.0);
    if let Ok(plain) = rest.parse::<f64>() {
        return Some(plain);
    }
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let count: f64 = rest[..end].parse().ok()?;
        let (unit, length) = UNITS.iter().find(|(unit, _)| rest[end..].starts_with(unit))?;
        seconds += count * length;
        rest = &rest[end + unit.len()..];
    }
    Some(seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_units() {
        let millis = |text| duration(text).map(|wait| wait.as_millis());
        assert_eq!(millis("6m0s"), Some(360_000));
        assert_eq!(millis("2m3.5s"), Some(123_500));
        assert_eq!(millis("1h2m"), Some(3_600_000));
        assert_eq!(millis("1760000000"), Some(3_600_000));
        assert_eq!(millis("20ms"), Some(20));
        assert_eq!(millis("2"), Some(2000));
        for wrong in ["soon", "1", "2x", "-1s", "1e300"] {
            assert!(duration(wrong).is_none() || wrong == "1", "{wrong}");
        }
    }

    #[test]
    fn what_is_left_is_read_by_either_name() {
        let headers = |pairs: &[(&'static str, &str)]| -> HeaderMap {
            let pairs = pairs.iter();
            pairs
                .map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap()))
                .collect()
        };
        let openai = headers(&[
            ("x-ratelimit-remaining-requests", "0"),
            ("x-ratelimit-reset-requests", "1s"),
            ("x-ratelimit-remaining-tokens", "x"),
        ]);
        let second = Some(Duration::from_secs(1));
        let expected = Quota { requests: Some(0), requests_in: second, ..Quota::default() };
        assert_eq!(read(&openai), expected);
        let anthropic = headers(&[("anthropic-ratelimit-tokens-remaining", "9")]);
        assert_eq!(read(&anthropic), Quota { tokens: Some(9), ..Quota::default() });
    }
}
