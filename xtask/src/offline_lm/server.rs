//! The HTTP side: OpenAI's routes, bodies and errors.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde_json::{Value, json};

use super::{Answer, MODEL, Options, complete};

/// The routes, `/v1/models` and `/v1/chat/completions`.
pub(crate) fn router(options: Options) -> Router {
    Router::new()
        .route("/v1/models", get(models))
        .route("/v1/chat/completions", post(chat_completions))
        .fallback(async || {
            refusal(
                StatusCode::NOT_FOUND,
                "unknown_url",
                "this server has `/v1/chat/completions` and `/v1/models` only",
            )
        })
        .layer(DefaultBodyLimit::max(16 * 1024 * 1024))
        .with_state(Arc::new(options))
}

async fn models(State(options): State<Arc<Options>>, headers: HeaderMap) -> Response {
    let list = json!({"object": "list", "data": [{"id": MODEL, "object": "model", "created": 0, "owned_by": "offline"}]});
    key_fault(&options, &headers).unwrap_or_else(|| answer(StatusCode::OK, &list))
}

async fn chat_completions(
    State(options): State<Arc<Options>>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    if let Some(refusal) = key_fault(&options, &headers) {
        return refusal;
    }
    let body = match body {
        Ok(body) => body,
        Err(rejection) => {
            return refusal(rejection.status(), "invalid_body", &rejection.body_text());
        }
    };
    let request: Value = match serde_json::from_slice(&body) {
        Ok(request) => request,
        Err(error) => {
            return refusal(
                StatusCode::BAD_REQUEST,
                "invalid_json",
                &format!("the body is not JSON: {error}"),
            );
        }
    };
    if let Some(refusal) = request_fault(&request) {
        return refusal;
    }
    let completion = completion(&request, options.log);
    if options.latency > Duration::ZERO {
        tokio::time::sleep(options.latency).await;
    }
    answer(StatusCode::OK, &completion)
}

fn key_fault(options: &Options, headers: &HeaderMap) -> Option<Response> {
    let expected = format!("Bearer {}", options.require_key.as_ref()?);
    let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    (given != Some(expected.as_str())).then(|| {
        refusal(
            StatusCode::UNAUTHORIZED,
            "invalid_api_key",
            "the API key is missing or is not the one required",
        )
    })
}

/// What the model cannot do is refused, not ignored.
fn request_fault(request: &Value) -> Option<Response> {
    let bad = |code: &str, message: &str| Some(refusal(StatusCode::BAD_REQUEST, code, message));
    if request["model"].as_str() != Some(MODEL) {
        let message =
            format!("the model {} does not exist; this server has `{MODEL}`", request["model"]);
        return Some(refusal(StatusCode::NOT_FOUND, "model_not_found", &message));
    }
    if request["stream"] == true {
        return bad(
            "unsupported_value",
            "the rule-based model does not stream; send `stream: false`",
        );
    }
    if request["tools"].as_array().is_some_and(|tools| !tools.is_empty()) {
        return bad("unsupported_value", "the rule-based model calls no tools");
    }
    match request["messages"].as_array() {
        Some(messages) if !messages.is_empty() => None,
        _ => {
            bad("missing_required_parameter", "`messages` must be a list with at least one message")
        }
    }
}

fn completion(request: &Value, log: bool) -> Value {
    let messages: Vec<(String, String)> =
        request["messages"].as_array().into_iter().flatten().map(message).collect();
    let Answer { format, fields, text: full } = complete(&messages, &request["response_format"]);
    let limit =
        request["max_completion_tokens"].as_u64().or_else(|| request["max_tokens"].as_u64());
    let (text, finish_reason) = match limit {
        Some(limit) if n_tokens(&full) > limit => (first_tokens(&full, limit), "length"),
        _ => (full.as_str(), "stop"),
    };
    let n_choices = request["n"].as_u64().unwrap_or(1).clamp(1, 128);
    let choice = |index| json!({"index": index, "message": {"role": "assistant", "content": text}, "finish_reason": finish_reason, "logprobs": null});
    let prompt_tokens: u64 = messages.iter().map(|(_, text)| n_tokens(text) + 4).sum();
    let completion_tokens = n_tokens(text) * n_choices;
    if log {
        let fields = fields.join(", ");
        println!("{format:?}: {fields}; {prompt_tokens} tokens in, {completion_tokens} out");
    }
    json!({
        "id": format!("chatcmpl-{:016x}", fingerprint(&request.to_string())),
        "object": "chat.completion",
        // Equal requests get equal bytes, so there is no clock in an answer.
        "created": 0,
        "model": MODEL,
        "choices": (0..n_choices).map(choice).collect::<Vec<_>>(),
        "usage": {"prompt_tokens": prompt_tokens, "completion_tokens": completion_tokens, "total_tokens": prompt_tokens + completion_tokens},
    })
}

/// A message as role and text; a list of parts gives the text of its text parts.
fn message(message: &Value) -> (String, String) {
    let content = match &message["content"] {
        Value::Array(parts) => {
            parts.iter().filter_map(|part| part["text"].as_str()).collect::<Vec<_>>().join("\n")
        }
        content => content.as_str().unwrap_or_default().to_owned(),
    };
    (message["role"].as_str().unwrap_or_default().to_owned(), content)
}

/// An estimate: four ASCII characters or one other character to a token.
fn n_tokens(text: &str) -> u64 {
    let n_ascii = text.bytes().filter(u8::is_ascii).count();
    (text.chars().count() - n_ascii + n_ascii.div_ceil(4)) as u64
}

fn first_tokens(text: &str, limit: u64) -> &str {
    let mut quarters = 0;
    for (position, character) in text.char_indices() {
        quarters += if character.is_ascii() { 1 } else { 4 };
        if quarters > limit * 4 {
            return &text[..position];
        }
    }
    text
}

/// FNV-1a, 64 bits.
fn fingerprint(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
    })
}

fn refusal(status: StatusCode, code: &str, message: &str) -> Response {
    let kind = if status == StatusCode::UNAUTHORIZED {
        "authentication_error"
    } else {
        "invalid_request_error"
    };
    answer(
        status,
        &json!({"error": {"message": message, "type": kind, "param": null, "code": code}}),
    )
}

fn answer(status: StatusCode, body: &Value) -> Response {
    (status, [(header::CONTENT_TYPE, "application/json")], body.to_string()).into_response()
}
