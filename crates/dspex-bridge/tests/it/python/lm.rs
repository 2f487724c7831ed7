//! Models that DSPy asks in a worker, behind a real server on loopback.

use std::sync::Arc;
use std::time::Duration;

use dspex_bridge::llm::{
    CompletionRequest, Key, LanguageModel, LmErrorKind, Logprob, Media, Message, Models,
    ResponseFormat, Sampling, ScriptedModel, ToolCall, ToolChoice, ToolSpec,
};
use dspex_bridge::python::{PoolConfig, PythonConfig, PythonEngine, PythonLm};
use dspex_bridge::{CallContext, Cost, Usage};
use dspex_signature::{Value, fields};
use dspex_telemetry::{Event, Outcome, RecentEvents, Recorder};

use super::{DEFAULT_POOL, venv};
use crate::server::{Server, json};

const ANSWER: &str = r#"{"id": "x", "object": "chat.completion", "created": 1, "model": "gpt-4o-mini",
    "choices": [{"index": 0, "finish_reason": "tool_calls", "message": {"role": "assistant",
    "content": "Leeds", "reasoning_content": "hm", "tool_calls": [{"id": "c1", "type": "function",
    "function": {"name": "add", "arguments": "{\"a\": 1}"}}]}, "logprobs": {"content": [
    {"token": "Leeds", "logprob": -0.5, "bytes": null, "top_logprobs": []}]}}], "usage": {"prompt_tokens": 1000000,
    "completion_tokens": 0, "total_tokens": 1000000}}"#;

/// Workers of which Rust's own models are never asked.
fn engine() -> Arc<PythonEngine> {
    let pools = [(DEFAULT_POOL.to_owned(), PoolConfig::workers(1..=1).faults())].into();
    let never = ScriptedModel::new().named("openai/gpt-4o-mini").otherwise("from Rust");
    let models = Models::new().with("default", Arc::new(never));
    Arc::new(PythonEngine::new(PythonConfig::venv(venv()), pools, models, Recorder::new()))
}

fn model(server: &Server) -> PythonLm {
    let key = "CARGO_PKG_NAME";
    PythonLm::new(&engine(), "openai/gpt-4o-mini")
        .base_url(&server.base_url)
        .variable("LITELLM_LOCAL_MODEL_COST_MAP", "true")
        .key("OPENAI_API_KEY", Key::env(key))
}

#[tokio::test]
async fn a_model_is_asked_by_dspys_own_client() {
    let server = Server::replying(json(200, ANSWER)).await;
    let events = Arc::new(RecentEvents::new(8));
    let context = CallContext::new(Recorder::new().with(events.clone()));
    let add = ToolSpec::new("add", "Adds.", Value::Map(fields! { "type" => "object" }));
    let mut sampling = Sampling::default();
    sampling.temperature = Some(0.5);
    sampling.extra.insert("logprobs", true);
    let question = Message::user("Where?").image(Media::url("https://x.test/a.png"));
    let request = CompletionRequest::new([Message::system("Be brief."), question])
        .with_tools([add])
        .with_tool_choice(ToolChoice::Auto)
        .with_response_format(ResponseFormat::JsonObject)
        .with_sampling(sampling);
    let completion = model(&server).complete(&request, &context).await.unwrap();
    assert_eq!((&*completion.text, completion.reasoning.as_deref()), ("Leeds", Some("hm")));
    let [token] = &completion.logprobs[..] else { panic!("{completion:?}") };
    assert_eq!(token.chosen, Logprob::new("Leeds", -0.5));
    let [ToolCall { id, name, .. }] = &completion.tool_calls[..] else { panic!("{completion:?}") };
    assert_eq!((id.as_str(), name.as_str()), ("c1", "add"));
    assert_eq!(completion.tool_calls[0].fields(), Ok(fields! { "a" => 1 }));
    assert_eq!(completion.usage, Usage::new(1_000_000, 0));
    assert_eq!(completion.cost, Cost::Usd(0.15));
    let (uri, headers, body) = server.seen.lock().unwrap().pop().unwrap();
    assert_eq!(uri.path(), "/v1/chat/completions");
    assert_eq!(headers["authorization"], "Bearer dspex-bridge");
    for part in [
        "Be brief.",
        "https://x.test/a.png",
        r#""temperature":0.5"#,
        "json_object",
        "Adds.",
        r#""logprobs":true"#,
    ] {
        assert!(body.contains(part), "{part} in {body}");
    }
    let [Event::LmFinished { lm, outcome: Outcome::Ok, .. }] = &events.events()[..] else {
        panic!("{:?}", events.events());
    };
    assert_eq!(lm, "openai/gpt-4o-mini");
}

#[tokio::test]
async fn failures_are_typed_and_repeat_no_key() {
    let said = |message: &str, code: &str| {
        format!(r#"{{"error":{{"message":"{message}","code":"{code}"}}}}"#)
    };
    let refused = LmErrorKind::Refused { message: "no dspex here: [key]".to_owned() };
    for (status, body, expected) in [
        (429, said("slow down", "rate_limit_exceeded"), LmErrorKind::RateLimited),
        (
            400,
            said("maximum context length is 5", "context_length_exceeded"),
            LmErrorKind::ContextTooLong,
        ),
        (
            401,
            said("bad key dspex-bridge", "invalid_api_key"),
            LmErrorKind::Unauthorized { sources: vec!["DSPy's environment".to_owned()] },
        ),
        (400, said("no dspex here: dspex-bridge", "x"), refused),
        (500, said("boom", "x"), LmErrorKind::Server { message: "boom (x)".to_owned() }),
    ] {
        let server = Server::replying(json(status, body.as_str())).await;
        let request = CompletionRequest::new([Message::user("Where?")]);
        let context = CallContext::new(Recorder::new());
        let error = model(&server).complete(&request, &context).await.unwrap_err();
        assert_eq!(error.kind, expected, "{status} {body}");
        assert!(!format!("{error:?}").contains("dspex-bridge"), "{error:?}");
    }
}

#[tokio::test]
async fn a_refused_key_is_followed_by_the_next() {
    let server = Server::answering(|headers| {
        let is_known = headers["authorization"].as_bytes().ends_with(b"0.1.0");
        let refusal = r#"{"error":{"message":"bad key","code":"invalid_api_key"}}"#;
        std::future::ready(if is_known { json(200, ANSWER) } else { json(401, refusal) })
    })
    .await;
    let model = PythonLm::new(&engine(), "openai/gpt-4o-mini")
        .base_url(&server.base_url)
        .variable("LITELLM_LOCAL_MODEL_COST_MAP", "true")
        .key("OPENAI_API_KEY", Key::env("CARGO_PKG_NAME").or(Key::env("CARGO_PKG_VERSION")));
    let request = CompletionRequest::new([Message::user("Where?")]);
    let context = CallContext::new(Recorder::new());
    for n_asked in [2, 3] {
        assert_eq!(model.complete(&request, &context).await.unwrap().text, "Leeds");
        assert_eq!(server.seen.lock().unwrap().len(), n_asked, "the taken one goes first then");
    }
}

#[tokio::test]
async fn keys_are_in_the_worker_as_long_as_it_asks() {
    let server = Server::replying(json(200, ANSWER)).await;
    let engine = engine();
    let request = CompletionRequest::new([Message::user("Where?")]);
    let context = CallContext::new(Recorder::new());
    let base = || PythonLm::new(&engine, "openai/gpt-4o-mini").base_url(&server.base_url);
    let keyed = base().key_env("DSPEX_NO_SUCH_VARIABLE");
    let error = keyed.complete(&request, &context).await.unwrap_err();
    assert!(matches!(error.kind, LmErrorKind::MissingKey { .. }), "{error}");
    assert!(server.seen.lock().unwrap().is_empty());
    let keyed = base().key("OPENAI_API_KEY", Key::env("CARGO_PKG_NAME"));
    keyed.complete(&request, &context).await.unwrap();
    // The same worker, which has the key no more.
    let error = base().complete(&request, &context).await.unwrap_err();
    assert!(!error.is_retryable(), "{error}");
    assert_eq!(server.seen.lock().unwrap().len(), 1);
    // Nor where one of the variables cannot be set.
    let impossible = base().key("OPENAI_API_KEY", Key::env("CARGO_PKG_NAME")).variable("A=B", "x");
    let error = impossible.complete(&request, &context).await.unwrap_err();
    assert!(error.to_string().contains("illegal environment variable name"), "{error}");
    has_no_key(&engine, &context).await;
}

async fn has_no_key(engine: &PythonEngine, context: &CallContext) {
    let key = engine.fault("faults.variable", "OPENAI_API_KEY".into(), false, context).await;
    assert_eq!(key.unwrap(), Value::Null);
}

#[tokio::test]
async fn a_call_that_is_cancelled_anywhere_leaves_no_key() {
    let server = Server::replying(json(200, ANSWER)).await;
    let engine = engine();
    let model = PythonLm::new(&engine, "openai/gpt-4o-mini")
        .base_url(&server.base_url)
        .key("OPENAI_API_KEY", Key::env("CARGO_PKG_NAME"));
    let request = CompletionRequest::new([Message::user("Where?")]);
    let whole = CallContext::new(Recorder::new());
    model.complete(&request, &whole).await.unwrap();
    for number in 0..60 {
        let context = CallContext::new(Recorder::new());
        let cancel = async {
            tokio::time::sleep(Duration::from_micros(number * 200)).await;
            context.cancel();
        };
        let (answer, ()) = tokio::join!(model.complete(&request, &context), cancel);
        if let Err(error) = answer {
            assert_eq!(error.kind, LmErrorKind::Cancelled);
        }
        has_no_key(&engine, &whole).await;
    }
}

#[tokio::test]
async fn an_answer_that_does_not_come_ends_with_the_time() {
    let server = Server::start(std::future::pending::<axum::response::Response>).await;
    let request = CompletionRequest::new([Message::user("Where?")]);
    let context = CallContext::new(Recorder::new());
    let hurried = model(&server).timeout(Duration::from_secs(3));
    let error = hurried.complete(&request, &context).await.unwrap_err();
    assert!(matches!(error.kind, LmErrorKind::Timeout { .. }), "{error}");
    let none = PythonConfig::venv("/no/such/place");
    let engine = Arc::new(PythonEngine::new(none, [].into(), Models::new(), Recorder::new()));
    let error = PythonLm::new(&engine, "bedrock/x").complete(&request, &context).await.unwrap_err();
    assert!(matches!(error.kind, LmErrorKind::Unreachable { .. }), "{error}");
    assert_eq!(
        error.to_string(),
        "language model `bedrock/x` cannot be reached at a Python worker: pool `general` is not \
         available: `/no/such/place` is not a finished Python environment: there is no such directory"
    );
}
