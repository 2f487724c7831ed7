//! The OpenAI-compatible provider against a real server on loopback.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::response::Response;
use dspex_bridge::CallContext;
use dspex_bridge::llm::{
    CompletionRequest, History, LanguageModel, LmError, LmErrorKind, LmOptions, Message, OpenAi,
    Sampling, from_name,
};
use dspex_signature::fields;
use dspex_telemetry::{Event, Outcome, RecentEvents, Recorder};
use tokio::net::TcpListener;

use crate::server::{Server, json};

const HAPPY: &str = r#"{"id": "x", "object": "chat.completion", "choices": [
    {"index": 0, "message": {"role": "assistant", "content": "Leeds"}, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 12, "completion_tokens": 3, "total_tokens": 15}}"#;

/// A model at the server, with a key that the test's environment is sure to hold.
fn model(server: &Server) -> OpenAi {
    OpenAi::new("gpt-4o-mini").base_url(&server.base_url).key_env("CARGO_PKG_NAME")
}

fn context() -> CallContext {
    CallContext::new(Recorder::new())
}

fn request() -> CompletionRequest {
    CompletionRequest::new([Message::system("Be \"brief\"."), Message::user("Where?\n")])
}

async fn failure(model: &OpenAi) -> LmError {
    model.complete(&request(), &context()).await.unwrap_err()
}

#[tokio::test]
async fn a_completion_is_asked_for_and_read() {
    let server = Server::replying(json(200, HAPPY)).await;
    let events = Arc::new(RecentEvents::new(8));
    let context = CallContext::new(Recorder::new().with(events.clone()));
    let mut sampling = Sampling::default();
    sampling.temperature = Some(1.0);
    sampling.max_tokens = Some(10);
    sampling.extra = fields! { "seed" => 7 };
    let request = request().with_sampling(sampling);

    let completion = model(&server).complete(&request, &context).await.unwrap();
    assert_eq!(completion.text, "Leeds");
    assert_eq!(completion.finish_reason.as_deref(), Some("stop"));
    assert_eq!((completion.usage.input_tokens, completion.usage.output_tokens), (12, 3));
    assert!(completion.took > Duration::ZERO);

    let (uri, headers, body) = server.seen.lock().unwrap().pop().unwrap();
    assert_eq!(uri.path(), "/v1/chat/completions");
    assert_eq!(headers["authorization"], "Bearer dspex-bridge");
    assert_eq!(
        body,
        r#"{"model":"gpt-4o-mini","messages":[{"role":"system","content":"Be \"brief\"."},{"role":"user","content":"Where?\n"}],"max_completion_tokens":10,"temperature":1.0,"seed":7}"#
    );
    let [Event::LmFinished { lm, input_tokens: 12, output_tokens: 3, outcome, .. }] =
        &events.events()[..]
    else {
        panic!("{:?}", events.events());
    };
    assert_eq!((lm.as_str(), outcome), ("openai/gpt-4o-mini", &Outcome::Ok));
}

#[tokio::test]
async fn what_was_sent_is_kept_where_somebody_asks_for_it() {
    let server = Server::replying(json(200, HAPPY)).await;
    let history = History::of(10).redact(|text| text.replace("brief", "[word]"));
    let kept = model(&server).history(history.clone());
    let completion = kept.complete(&request(), &context()).await.unwrap();
    kept.stream(&request(), &context()).await.unwrap().finish().await.unwrap();
    kept.no_key()
        .base_url("http://127.0.0.1:9")
        .complete(&request(), &context())
        .await
        .unwrap_err();
    let exchanges = history.last(9);
    let (_, _, body) = &server.seen.lock().unwrap()[0];
    assert_eq!(exchanges[2].sent, body.replace("brief", "[word]"));
    assert_eq!(exchanges[2].answer, Ok(completion));
    assert!(exchanges[1].sent.contains(r#""stream":true"#), "{exchanges:?}");
    assert!(matches!(&exchanges[0].answer, Err(error) if error.is_retryable()), "{exchanges:?}");
}

#[tokio::test]
async fn a_model_by_name_needs_no_key_where_its_provider_needs_none() {
    let server = Server::replying(json(200, HAPPY)).await;
    let mut options = LmOptions::default();
    options.base_url = Some(format!("{}/", server.base_url));
    options.sampling.max_tokens = Some(5);
    let model = from_name("ollama/qwen3:8b", options).unwrap();
    model.complete(&CompletionRequest::default(), &context()).await.unwrap();
    let (uri, headers, body) = server.seen.lock().unwrap().pop().unwrap();
    assert_eq!(uri.path(), "/v1/chat/completions");
    assert!(!headers.contains_key("authorization"));
    assert_eq!(body, r#"{"model":"qwen3:8b","messages":[],"max_tokens":5}"#);
}

#[track_caller]
fn check(error: &LmError, expected: &str, retryable: bool) {
    let actual = error.to_string();
    assert_eq!(actual.strip_prefix("language model `openai/gpt-4o-mini` "), Some(expected));
    assert_eq!(error.is_retryable(), retryable, "{error}");
}

#[tokio::test]
async fn a_missing_key_names_its_variable_and_nothing_is_sent() {
    let server = Server::replying(json(200, HAPPY)).await;
    let error = failure(&model(&server).key_env("DSPEX_NO_SUCH_KEY")).await;
    check(&error, "needs a key, and the variable `DSPEX_NO_SUCH_KEY` is not set", false);
    assert!(server.seen.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_wrong_key_names_its_variable_and_is_not_printed() {
    let body = r#"{"error": {"message": "no such key: dspex-bridge", "code": "invalid_api_key"}}"#;
    let server = Server::replying(json(401, body)).await;
    let events = Arc::new(RecentEvents::new(8));
    let context = CallContext::new(Recorder::new().with(events.clone()));
    let model = model(&server);
    let error = model.complete(&request(), &context).await.unwrap_err();
    check(&error, "refused the key from `CARGO_PKG_NAME`", false);
    let printed = format!("{error:?} {error} {model:?} {:?}", events.events());
    assert!(!printed.contains("dspex-bridge"), "{printed}");
    assert!(printed.contains(r#"Failed { kind: "unauthorized" }"#), "{printed}");
}

#[tokio::test]
async fn a_server_that_repeats_the_key_is_not_quoted_with_it() {
    let server = Server::replying(json(500, r#"{"error": "bad key dspex-bridge"}"#)).await;
    check(&failure(&model(&server)).await, "failed on its side: bad key [key]", true);
}

#[tokio::test]
async fn a_limit_on_the_rate_carries_the_wait() {
    let body = r#"{"error": {"message": "slow down", "type": "tokens"}}"#;
    let status = axum::http::StatusCode::TOO_MANY_REQUESTS;
    let server = Server::replying((status, [("retry-after", "7")], body)).await;
    let error = failure(&model(&server)).await;
    check(&error, "is limiting the rate of requests", true);
    assert_eq!(error.retry_after, Some(Duration::from_secs(7)));
    assert_eq!(error.status, Some(429));
}

#[tokio::test]
async fn what_the_server_says_is_passed_on() {
    let long = r#"{"error": {"message": "too long", "code": "context_length_exceeded"}}"#;
    for (status, body, expected, retryable) in [
        (400, long, "cannot read a prompt this long", false),
        (404, r#"{"error": {"message": "no model"}}"#, "refused the request: no model", false),
        (500, r#"{"error": {"message": "boom"}}"#, "failed on its side: boom", true),
        (
            200,
            "<html>",
            "answered outside its protocol: the answer is not JSON (line 1, column 1; content type `application/json`)",
            false,
        ),
        (200, "{}", "answered outside its protocol: the answer holds no choice", false),
    ] {
        let server = Server::replying(json(status, body)).await;
        check(&failure(&model(&server)).await, expected, retryable);
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = Server::replying(json(200, HAPPY)).await;
    let to = format!("{}/chat/completions", elsewhere.base_url);
    let server =
        Server::start(move || std::future::ready(axum::response::Redirect::temporary(&to))).await;
    let expected = "answered outside its protocol: it redirects (307 Temporary Redirect), and \
                    redirects are not followed";
    check(&failure(&model(&server)).await, expected, false);
    assert!(elsewhere.seen.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_body_without_end_is_not_read_to_its_end() {
    let server = Server::start(|| async {
        let chunk = Bytes::from(vec![b' '; 1 << 20]);
        let endless = futures_util::stream::repeat_with(move || {
            Ok::<_, std::convert::Infallible>(chunk.clone())
        });
        Response::new(axum::body::Body::from_stream(endless))
    })
    .await;
    let expected = "answered outside its protocol: the answer is larger than 32 MiB";
    check(&failure(&model(&server)).await, expected, false);
}

#[tokio::test]
async fn nobody_there_is_said_with_the_address() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let model = OpenAi::new("gpt-4o-mini").no_key();
    let model = model.base_url(format!("http://user:secret@{address}/v1?key=secret"));
    let error = failure(&model).await;
    let expected =
        format!("cannot be reached at http://{address}/v1: Connection refused (os error 111)");
    check(&error, &expected, true);
    assert!(!format!("{model:?}{error:?}").contains("secret"));
}

#[tokio::test]
async fn an_address_that_is_none_is_said() {
    for (address, reason) in [
        ("localhost:1/v1", "the address starts neither `http://` nor `https://`"),
        ("models", "not an address: relative URL without a base"),
    ] {
        let model = OpenAi::new("gpt-4o-mini").no_key().base_url(address);
        check(&failure(&model).await, &format!("cannot be reached at {address}: {reason}"), true);
    }
}

#[tokio::test]
async fn a_slow_server_ends_with_the_deadline_the_timeout_or_the_callers_cancel() {
    let server = Server::start(std::future::pending::<&str>).await;
    let quick = context().within(Duration::from_millis(30));
    let error = model(&server).complete(&request(), &quick).await.unwrap_err();
    assert!(matches!(error.kind, LmErrorKind::Timeout { .. }), "{error}");

    let impatient = model(&server).timeout(Duration::from_millis(30));
    let patient = context().within(Duration::from_secs(600));
    for context in [context(), patient] {
        let error = impatient.complete(&request(), &context).await.unwrap_err();
        assert!(matches!(error.kind, LmErrorKind::Timeout { .. }), "{error}");
        assert!(context.remaining().is_none_or(|left| !left.is_zero()));
    }

    let context = context();
    let model = model(&server);
    let request = request();
    let (result, ()) = tokio::join!(model.complete(&request, &context), async {
        while server.seen.lock().unwrap().len() < 4 {
            tokio::task::yield_now().await;
        }
        context.cancel();
    });
    assert_eq!(result.unwrap_err().kind, LmErrorKind::Cancelled);
}
