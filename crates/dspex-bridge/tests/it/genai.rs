//! Providers by the crate `genai`, against a real server on loopback.

use std::time::Duration;

use dspex_bridge::llm::{
    CompletionRequest, Genai, Key, LanguageModel, LmErrorKind, Media, Message, Price, Sampling,
    ToolChoice, ToolSpec,
};
use dspex_bridge::{CallContext, Cost, Usage};
use dspex_signature::{Value, fields};
use dspex_telemetry::Recorder;

use crate::server::{Server, json};

const ANSWER: &str = r#"{"id": "x", "model": "m-1", "choices": [{"index": 0, "finish_reason": "stop",
    "message": {"role": "assistant", "content": "Leeds", "tool_calls": [{"id": "c1",
    "type": "function", "function": {"name": "add", "arguments": "{\"a\":1}"}}]}}],
    "usage": {"prompt_tokens": 12, "completion_tokens": 3}}"#;

fn model(server: &Server) -> Genai {
    Genai::new("groq::m").base_url(format!("{}/", server.base_url)).key_env("CARGO_PKG_NAME")
}

fn context() -> CallContext {
    CallContext::new(Recorder::new())
}

#[tokio::test]
async fn a_model_is_asked_by_genai_over_our_connection() {
    let server = Server::replying(json(200, ANSWER)).await;
    let add = ToolSpec::new("add", "Adds.", Value::Map(fields! { "type" => "object" }));
    let mut sampling = Sampling::default();
    sampling.max_tokens = Some(99);
    let question = Message::user("Where?").image(Media::url("https://x.test/a.png"));
    let request = CompletionRequest::new([Message::system("Be brief."), question])
        .with_tools([add])
        .with_tool_choice(ToolChoice::Auto)
        .with_sampling(sampling);
    let priced = model(&server).price(Price::per_million(1e6, 0.0));
    let completion = priced.complete(&request, &context()).await.unwrap();
    assert_eq!((&*completion.text, completion.usage), ("Leeds", Usage::new(12, 3)));
    assert_eq!(completion.tool_calls[0].fields(), Ok(fields! { "a" => 1 }));
    assert_eq!(completion.finish_reason.as_deref(), Some("stop"));
    assert_eq!(completion.cost, Cost::Usd(12.0));
    let (uri, headers, body) = server.seen.lock().unwrap().pop().unwrap();
    assert_eq!(uri.path(), "/v1/chat/completions");
    assert_eq!(headers["authorization"], "Bearer dspex-bridge");
    for part in ["Be brief.", "https://x.test/a.png", "99", "Adds."] {
        assert!(body.contains(part), "{part} in {body}");
    }
}

#[tokio::test]
async fn a_refused_key_is_followed_by_the_next() {
    let server = Server::answering(|headers| {
        let is_known = headers["authorization"].as_bytes().ends_with(b"0.1.0");
        std::future::ready(if is_known { json(200, ANSWER) } else { json(401, "{}") })
    })
    .await;
    let keys = Key::env("CARGO_PKG_NAME").or(Key::env("CARGO_PKG_VERSION"));
    let model = Genai::new("groq::m").base_url(format!("{}/", server.base_url)).key(keys);
    let request = CompletionRequest::new([Message::user("Where?")]);
    for n_asked in [2, 3] {
        assert_eq!(model.complete(&request, &context()).await.unwrap().text, "Leeds");
        assert_eq!(server.seen.lock().unwrap().len(), n_asked, "the taken one goes first then");
    }
}

#[tokio::test]
async fn its_failures_are_ours_and_repeat_neither_key_nor_prompt() {
    let said = |message: &str| format!(r#"{{"error": {{"message": "{message}"}}}}"#);
    let unauthorized = LmErrorKind::Unauthorized { sources: vec!["the key of `Genai`".to_owned()] };
    let protocol = LmErrorKind::Protocol { message: "the answer holds nothing".to_owned() };
    for (status, body, expected) in [
        (429, said("slow down"), LmErrorKind::RateLimited),
        (401, said("bad key dspex-bridge"), unauthorized),
        (400, said("no: dspex-bridge"), LmErrorKind::Refused { message: "no: [key]".to_owned() }),
        (500, said("boom"), LmErrorKind::Server { message: "boom".to_owned() }),
        (200, "{}".to_owned(), protocol),
    ] {
        let server = Server::replying(json(status, body.as_str())).await;
        let request = CompletionRequest::new([Message::user("a private prompt")]);
        let error = model(&server).complete(&request, &context()).await.unwrap_err();
        assert_eq!(error.kind, expected, "{status} {body}");
        let shown = format!("{error:?} {error}");
        assert!(!shown.contains("dspex-bridge") && !shown.contains("private"), "{shown}");
    }
    let server = Server::start(std::future::pending::<axum::response::Response>).await;
    let hurried = model(&server).timeout(Duration::from_millis(50));
    let error = hurried.complete(&CompletionRequest::new([Message::user("q")]), &context()).await;
    assert!(matches!(error.unwrap_err().kind, LmErrorKind::Timeout { .. }));
    let request = CompletionRequest::new([Message::user("q")]);
    let keyless = model(&server).key_env("DSPEX_NO_SUCH_VARIABLE");
    let error = keyless.complete(&request, &context()).await.unwrap_err();
    assert!(matches!(error.kind, LmErrorKind::MissingKey { .. }), "{error}");
}
