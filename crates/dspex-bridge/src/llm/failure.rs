//! HTTP failures as typed errors, whichever provider they come from.

use std::time::Duration;

use reqwest::StatusCode;
use reqwest::header::{self, HeaderMap};
use serde_json::Value as Json;

use super::secret::Sent;
use super::{LmError, LmErrorKind};

/// The longest message of a server that is passed on, in characters.
const MAX_MESSAGE: usize = 400;
/// The longest wait that a server may ask for; a longer one is a mistake or an attack.
pub(super) const MAX_RETRY_AFTER: Duration = Duration::from_secs(3600);

/// The error that a response without success stands for.
pub(crate) fn from_status(
    provider: &str,
    sources: &[String],
    sent: &Sent,
    status: StatusCode,
    headers: &HeaderMap,
    body: &[u8],
) -> LmError {
    let message = error_message(body).unwrap_or_else(|| format!("HTTP status {status}"));
    let code = error_code(body).unwrap_or_default();
    let kind = match status.as_u16() {
        401 => LmErrorKind::Unauthorized { sources: sources.to_vec() },
        400 if is_about_the_key(&message) => {
            LmErrorKind::Unauthorized { sources: sources.to_vec() }
        }
        403 if is_about_access(&code) || is_about_access(&message) => {
            LmErrorKind::Unauthorized { sources: sources.to_vec() }
        }
        // A spent quota is not a rate: waiting does not help.
        429 if code == "insufficient_quota" => LmErrorKind::Refused { message },
        429 => LmErrorKind::RateLimited,
        400 | 413 | 422 if is_context_length(&code, &message) => LmErrorKind::ContextTooLong,
        300..=399 => LmErrorKind::Protocol {
            message: format!("it redirects ({status}), and redirects are not followed"),
        },
        408 | 409 | 425 | 500..=599 => LmErrorKind::Server { message },
        _ => LmErrorKind::Refused { message },
    };
    let kind = without_keys(kind, sent);
    LmError::new(provider, kind).with_status(status.as_u16()).with_retry_after(retry_after(headers))
}

/// The same failure, where a server repeats a key that it was sent, or says more than is passed on.
///
/// Keys are taken out first: the beginning of one that is cut would not be found.
pub(super) fn without_keys(mut kind: LmErrorKind, sent: &Sent) -> LmErrorKind {
    if let Some(message) = kind.message_mut() {
        *message = shortened(sent.scrub(message));
    }
    kind
}

/// What a body of an error says: OpenAI's `error.message`, or the forms that other servers use.
pub(super) fn error_message(body: &[u8]) -> Option<String> {
    message_of(&serde_json::from_slice(body).ok()?)
}

fn message_of(json: &Json) -> Option<String> {
    first_text(json, &["/error/message", "/error", "/message", "/detail"])
}

fn code_of(json: &Json) -> Option<String> {
    first_text(json, &["/error/code", "/error/status", "/error/type", "/code"])
}

/// A status of HTTP that stands in a body: Gemini's, OpenRouter's and vLLM's codes are such.
fn status_of(json: &Json) -> Option<u64> {
    ["/error/code", "/code"].iter().find_map(|place| json.pointer(place)?.as_u64())
}

fn first_text(json: &Json, places: &[&str]) -> Option<String> {
    places.iter().find_map(|place| json.pointer(place)?.as_str()).map(str::to_owned)
}

fn shortened(mut message: String) -> String {
    if let Some((end, _)) = message.char_indices().nth(MAX_MESSAGE) {
        message.truncate(end);
        message.push_str("...");
    }
    message
}

/// What a provider reports in place of what was asked for; where it reports nothing, that it is not
/// there.
pub(super) fn in_place_of(body: &[u8], none: &str) -> LmErrorKind {
    let json = serde_json::from_slice(body).unwrap_or_default();
    reported(&json).unwrap_or_else(|| LmErrorKind::Protocol { message: none.to_owned() })
}

/// What a provider reports with a status of success, or when an answer has begun.
pub(super) fn reported(json: &Json) -> Option<LmErrorKind> {
    let code = code_of(json).unwrap_or_default().to_ascii_lowercase();
    let status = status_of(json);
    let nothing_else = || match (code.is_empty(), status) {
        (false, _) => Some(code.clone()),
        (true, status) => status.map(|status| format!("code {status}")),
    };
    let message = message_of(json).or_else(nothing_else)?;
    let is_refused = REFUSED.iter().any(|refused| code.contains(refused));
    Some(match status {
        _ if LIMITED.contains(&&*code) => LmErrorKind::RateLimited,
        _ if is_context_length(&code, &message) => LmErrorKind::ContextTooLong,
        _ if is_refused => LmErrorKind::Refused { message },
        Some(429) => LmErrorKind::RateLimited,
        Some(408 | 409 | 425) => LmErrorKind::Server { message },
        Some(400..=499) => LmErrorKind::Refused { message },
        _ => LmErrorKind::Server { message },
    })
}

/// Codes of a limited rate, in small letters: OpenAI's, Anthropic's, two of Azure's, Gemini's.
const LIMITED: [&str; 5] = [
    "rate_limit_exceeded",
    "rate_limit_error",
    "no_capacity",
    "too_many_requests",
    "resource_exhausted",
];

/// What is in codes of errors that another try does not help.
const REFUSED: [&str; 12] = [
    "invalid_",
    "image",
    "insufficient_quota",
    "billing",
    "authentic",
    "permission",
    "content_filter",
    "model_not_",
    "not_found",
    "too_large",
    "failed_precondition",
    "unsupported_",
];

fn error_code(body: &[u8]) -> Option<String> {
    code_of(&serde_json::from_slice(body).ok()?)
}

fn is_context_length(code: &str, message: &str) -> bool {
    let message = message.to_ascii_lowercase();
    // OpenAI, vLLM; many; Anthropic; llama.cpp; Gemini.
    let phrases = [
        "maximum context length",
        "context window",
        "prompt is too long",
        "available context size",
        "exceeds the maximum number of tokens",
    ];
    code == "context_length_exceeded" || phrases.iter().any(|phrase| message.contains(phrase))
}

/// Whether a refused request is a refused key, as Gemini and xAI say it.
fn is_about_the_key(message: &str) -> bool {
    let message = message.to_ascii_lowercase();
    ["api key not valid", "api key expired", "incorrect api key"]
        .iter()
        .any(|phrase| message.contains(phrase))
}

/// Whether what is forbidden is so to the key; providers that look at prompts forbid some of them
/// with the same status, and another key does not help.
fn is_about_access(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    ["key", "auth", "permission", "access", "credential", "forbidden", "denied"]
        .iter()
        .any(|phrase| text.contains(phrase))
}

/// The wait in seconds that the server asks for; a date is not read, for it needs a wall clock
/// that agrees with the server's.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds: f64 = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Duration::try_from_secs_f64(seconds).ok().map(|wait| wait.min(MAX_RETRY_AFTER))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(status: u16, body: &str, expected: &str) {
        let status = StatusCode::from_u16(status).unwrap();
        let (sources, sent, headers) = (["KEY".to_owned()], Sent::default(), HeaderMap::new());
        let error = from_status("openai/m", &sources, &sent, status, &headers, body.as_bytes());
        let actual = error.to_string();
        assert_eq!(actual.strip_prefix("language model `openai/m` "), Some(expected), "{body}");
        assert_eq!(error.status, Some(status.as_u16()));
    }

    #[test]
    fn statuses_and_bodies_become_kinds() {
        let said = |code: &str, message: &str| {
            format!(r#"{{"error":{{"message":"{message}","type":"t","code":"{code}"}}}}"#)
        };
        check(401, &said("invalid_api_key", "no"), "refused the key from `KEY`");
        check(403, "", "refused the key from `KEY`");
        check(403, &said("PERMISSION_DENIED", "not enabled"), "refused the key from `KEY`");
        check(403, &said("x", "no access to model `m`"), "refused the key from `KEY`");
        let flagged =
            r#"{"error": {"code": 403, "message": "the input was flagged", "metadata": {}}}"#;
        check(403, flagged, "refused the request: the input was flagged");
        let gemini = "API key not valid. Please pass a valid API key.";
        check(400, &said("400", gemini), "refused the key from `KEY`");
        check(400, &said("x", "Incorrect API key provided: xa***"), "refused the key from `KEY`");
        check(429, &said("rate_limit_exceeded", "slow down"), "is limiting the rate of requests");
        check(429, &said("insufficient_quota", "pay"), "refused the request: pay");
        check(400, &said("context_length_exceeded", "x"), "cannot read a prompt this long");
        check(
            400,
            r#"{"message":"the maximum context length is 5"}"#,
            "cannot read a prompt this long",
        );
        let full = "request (9 tokens) exceeds the available context size (5 tokens)";
        check(400, &said("x", full), "cannot read a prompt this long");
        check(400, &said("x", "bad role"), "refused the request: bad role");
        check(404, r#"{"error":"no such model"}"#, "refused the request: no such model");
        check(500, &said("x", "boom"), "failed on its side: boom");
        check(503, "<html>", "failed on its side: HTTP status 503 Service Unavailable");
        check(
            302,
            "",
            "answered outside its protocol: it redirects (302 Found), and redirects are not followed",
        );
    }

    #[track_caller]
    fn reports(body: &str, expected: &str) {
        assert_eq!(
            in_place_of(body.as_bytes(), "nothing is there").to_string(),
            expected,
            "{body}"
        );
    }

    #[test]
    fn what_comes_with_a_status_of_success_has_a_kind_too() {
        let said = |code: &str| format!(r#"{{"error":{{"code":"{code}","message":"no"}}}}"#);
        reports(&said("server_error"), "failed on its side: no");
        reports(&said("rate_limit_exceeded"), "is limiting the rate of requests");
        reports(&said("too_many_requests"), "is limiting the rate of requests");
        reports(&said("context_length_exceeded"), "cannot read a prompt this long");
        for code in ["invalid_prompt", "image_too_large", "insufficient_quota", "content_filter"] {
            reports(&said(code), "refused the request: no");
        }
        reports(r#"{"code":"server_error"}"#, "failed on its side: server_error");
        reports(r#"{"error":"overloaded"}"#, "failed on its side: overloaded");
        let coded = |code: u32| format!(r#"{{"error":{{"code":{code},"message":"no"}}}}"#);
        reports(&coded(429), "is limiting the rate of requests");
        reports(&coded(502), "failed on its side: no");
        reports(&coded(403), "refused the request: no");
        reports(r#"{"error":{"code":500}}"#, "failed on its side: code 500");
        let gemini = |status: &str| {
            format!(r#"{{"error":{{"code":400,"message":"no","status":"{status}"}}}}"#)
        };
        reports(&gemini("RESOURCE_EXHAUSTED"), "is limiting the rate of requests");
        reports(&gemini("INVALID_ARGUMENT"), "refused the request: no");
        let anthropic = |kind: &str| {
            format!(r#"{{"type":"error","error":{{"type":"{kind}","message":"no"}}}}"#)
        };
        reports(&anthropic("overloaded_error"), "failed on its side: no");
        reports(&anthropic("rate_limit_error"), "is limiting the rate of requests");
        reports(&anthropic("permission_error"), "refused the request: no");
        reports("{}", "answered outside its protocol: nothing is there");
        reports("<html>", "answered outside its protocol: nothing is there");
    }

    #[test]
    fn a_wait_is_read_in_seconds_and_bounded() {
        let read = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::RETRY_AFTER, text.parse().unwrap());
            retry_after(&headers)
        };
        assert_eq!(read("2"), Some(Duration::from_secs(2)));
        assert_eq!(read(" 0.25 "), Some(Duration::from_millis(250)));
        assert_eq!(read("1e300"), None);
        assert_eq!(read("99999999"), Some(MAX_RETRY_AFTER));
        assert_eq!(read("-1"), None);
        assert_eq!(read("Wed, 21 Oct 2026 07:28:00 GMT"), None);
    }

    #[test]
    fn a_long_message_is_cut_at_a_character() {
        let message = shortened("é".repeat(MAX_MESSAGE + 1));
        assert_eq!(message, format!("{}...", "é".repeat(MAX_MESSAGE)));
        assert_eq!(shortened("é".repeat(MAX_MESSAGE)), "é".repeat(MAX_MESSAGE));
    }
}
