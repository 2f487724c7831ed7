//! Providers with a protocol of their own, against a real server on loopback.

use dspex_bridge::llm::{
    Anthropic, Azure, Completion, CompletionRequest, Gemini, Key, LanguageModel, LmError,
    LmErrorKind, LmOptions, Message, ModelType, OpenAi, from_name,
};
use dspex_bridge::{CallContext, Cost, Usage};
use dspex_telemetry::Recorder;

use crate::server::{Server, json};

const SAID: &str = r#"{"type": "message", "role": "assistant", "stop_reason": "end_turn",
    "content": [{"type": "text", "text": "Leeds"}],
    "usage": {"input_tokens": 12, "output_tokens": 3}}"#;
const GENERATED: &str = r#"{"candidates": [{"content": {"role": "model",
    "parts": [{"text": "Leeds"}]}, "finishReason": "STOP"}],
    "usageMetadata": {"promptTokenCount": 12, "candidatesTokenCount": 3}}"#;

fn anthropic(server: &Server) -> Anthropic {
    Anthropic::new("claude-haiku-4-5").base_url(&server.base_url).key_env("CARGO_PKG_NAME")
}

fn gemini(server: &Server) -> Gemini {
    Gemini::new("gemini-2.5-flash").base_url(&server.base_url).key_env("CARGO_PKG_NAME")
}

const TRACE: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

#[tokio::test]
async fn servers_are_told_the_trace_of_a_call_that_has_one() {
    let request = CompletionRequest::new([Message::user("Where?")]);
    for trace in [Some(TRACE), None] {
        let context = CallContext::new(Recorder::new());
        let context = match trace {
            Some(trace) => context.in_trace(trace.parse().unwrap()),
            None => context,
        };
        let server = Server::replying(json(200, SAID)).await;
        anthropic(&server).complete(&request, &context).await.unwrap();
        anthropic(&server).stream(&request, &context).await.unwrap();
        let seen = std::mem::take(&mut *server.seen.lock().unwrap());
        assert_eq!(seen.len(), 2);
        for (_, headers, _) in seen {
            assert_eq!(headers.get("traceparent").map(|value| value.to_str().unwrap()), trace);
        }
    }
}

async fn ask(model: &impl LanguageModel) -> Result<Completion, LmError> {
    let messages = [Message::system("Be brief."), Message::user("Where?")];
    model.complete(&CompletionRequest::new(messages), &CallContext::new(Recorder::new())).await
}

#[tokio::test]
async fn anthropic_is_asked_in_its_own_words() {
    let server = Server::replying(json(200, SAID)).await;
    let completion = ask(&anthropic(&server)).await.unwrap();
    assert_eq!(completion.text, "Leeds");
    assert_eq!((completion.usage.input_tokens, completion.usage.output_tokens), (12, 3));
    let (uri, headers, body) = server.seen.lock().unwrap().pop().unwrap();
    assert_eq!(uri.path(), "/v1/messages");
    assert_eq!(headers["x-api-key"], "dspex-bridge");
    assert_eq!(headers["anthropic-version"], "2023-06-01");
    assert!(!headers.contains_key("authorization"));
    assert!(body.contains(r#""system":"Be brief.""#), "{body}");
}

#[tokio::test]
async fn gemini_is_asked_in_its_own_words() {
    let server = Server::replying(json(200, GENERATED)).await;
    let completion = ask(&gemini(&server)).await.unwrap();
    assert_eq!(
        (completion.text.as_str(), completion.finish_reason.as_deref()),
        ("Leeds", Some("STOP"))
    );
    let (uri, headers, body) = server.seen.lock().unwrap().pop().unwrap();
    assert_eq!(uri.path(), "/v1/models/gemini-2.5-flash:generateContent");
    assert_eq!(headers["x-goog-api-key"], "dspex-bridge");
    assert!(uri.query().is_none(), "a key in the address would reach logs");
    assert!(body.contains(r#""systemInstruction":{"parts":[{"text":"Be brief."}]}"#), "{body}");
}

#[tokio::test]
async fn azure_is_asked_where_a_model_is_deployed() {
    let answer = r#"{"choices": [{"message": {"content": "Leeds"}, "finish_reason": "stop"}]}"#;
    let server = Server::replying(json(200, answer)).await;
    let address = server.base_url.strip_suffix("/v1").unwrap();
    let azure = Azure::new("mine").base_url(address).key_env("CARGO_PKG_NAME");
    assert_eq!(ask(&azure.api_version("2024-10-21")).await.unwrap().text, "Leeds");
    let (uri, headers, _) = server.seen.lock().unwrap().pop().unwrap();
    assert_eq!(uri, "/openai/deployments/mine/chat/completions?api-version=2024-10-21");
    assert_eq!(headers["api-key"], "dspex-bridge");
    assert!(!headers.contains_key("authorization"));
}

#[tokio::test]
async fn openais_other_apis_are_asked_and_read_in_pieces() {
    let completed = r#"{"type":"response.completed","response":{"output":[],"status":"completed",
        "usage":{"input_tokens":12,"output_tokens":3}}}"#;
    let events = format!(
        "event: response.output_text.delta\n\
         data: {{\"type\":\"response.output_text.delta\",\"delta\":\"Leeds\"}}\n\n\
         data: {}\n\n",
        completed.replace('\n', "")
    );
    let server = Server::replying(([("content-type", "text/event-stream")], events)).await;
    let mut options = LmOptions::default();
    options.base_url = Some(server.base_url.clone());
    options.key = Some(Key::env("CARGO_PKG_NAME"));
    options.model_type = ModelType::Responses;
    let model = from_name("openai/gpt-5", options).unwrap();
    let (request, context) =
        (CompletionRequest::new([Message::user("Where?")]), CallContext::new(Recorder::new()));
    let completion = model.stream(&request, &context).await.unwrap().finish().await.unwrap();
    assert_eq!((&*completion.text, completion.usage), ("Leeds", Usage::new(12, 3)));
    assert_eq!(completion.cost, Cost::Usd(4.5e-5));
    let (uri, _, body) = server.seen.lock().unwrap().pop().unwrap();
    assert_eq!(uri.path(), "/v1/responses");
    assert!(body.contains(r#""stream":true"#), "{body}");

    let text = r#"{"choices": [{"text": "Leeds", "finish_reason": "stop"}]}"#;
    let server = Server::replying(json(200, text)).await;
    let model = OpenAi::new("davinci-002").base_url(&server.base_url).no_key().text();
    assert_eq!(ask(&model).await.unwrap().text, "Leeds");
    let (uri, _, body) = server.seen.lock().unwrap().pop().unwrap();
    assert_eq!(uri.path(), "/v1/completions");
    assert!(body.contains(r#""prompt":"Be brief.\n\nWhere?\n\n"#), "{body}");
}

#[tokio::test]
async fn their_failures_are_typed() {
    for (status, body, expected) in [
        (
            529,
            r#"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"#,
            LmErrorKind::Server { message: "Overloaded".into() },
        ),
        (
            400,
            r#"{"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long: 9 > 5"}}"#,
            LmErrorKind::ContextTooLong,
        ),
        (
            401,
            r#"{"type":"error","error":{"type":"authentication_error","message":"invalid x-api-key"}}"#,
            LmErrorKind::Unauthorized { sources: vec!["CARGO_PKG_NAME".into()] },
        ),
    ] {
        let server = Server::replying(json(status, body)).await;
        let error = ask(&anthropic(&server)).await.unwrap_err();
        assert_eq!((error.kind, error.status), (expected, Some(status)));
    }
    let exhausted = r#"{"error":{"code":429,"message":"slow down","status":"RESOURCE_EXHAUSTED"}}"#;
    let server = Server::replying(json(429, exhausted)).await;
    assert_eq!(ask(&gemini(&server)).await.unwrap_err().kind, LmErrorKind::RateLimited);
    let invalid = r#"{"error":{"code":400,"message":"API key not valid: dspex-bridge","status":"INVALID_ARGUMENT"}}"#;
    let server = Server::replying(json(400, invalid)).await;
    let error = ask(&gemini(&server)).await.unwrap_err();
    assert!(!error.to_string().contains("dspex-bridge"), "the key is not repeated: {error}");
}
