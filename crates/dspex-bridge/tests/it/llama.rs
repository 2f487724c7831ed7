//! llama.cpp's own server: a real one, on a model of random weights that says nothing, but says it as
//! any other would.

use std::process::Command;
use std::sync::OnceLock;
use std::time::Duration;

use dspex_bridge::llm::{
    CompletionEvent, CompletionRequest, ExtractEvent, LanguageModel, Lm, LmCapabilities,
    LmErrorKind, Message, OpenAi, ResponseFormat, Sampling,
};
use dspex_bridge::python::environment::Environment;
use dspex_bridge::python::{LlamaServer, LlamaServerError};
use dspex_bridge::{CallContext, Usage};
use dspex_signature::{FieldType, Value, fields};
use dspex_signature_macros::FieldType;
use dspex_telemetry::Recorder;
use futures_util::stream::{FuturesUnordered, StreamExt as _};

use crate::python::venv;

const CONTEXT_TOKENS: u32 = 4096;

fn environment() -> Environment {
    Environment::open(venv()).unwrap()
}

/// The server that the tests share, which ends with them.
fn server() -> LlamaServer {
    static MODEL: OnceLock<tempfile::TempPath> = OnceLock::new();
    let model = MODEL.get_or_init(|| {
        let file = tempfile::Builder::new().suffix(".gguf").tempfile().unwrap().into_temp_path();
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/python/local_lm/tiny_model.py");
        let mut write = Command::new(environment().python);
        assert!(write.arg("-I").arg(script).arg(&file).status().unwrap().success());
        file
    });
    LlamaServer::start(&environment(), model, CONTEXT_TOKENS).unwrap()
}

fn model(server: &LlamaServer) -> OpenAi {
    OpenAi::new("tiny").base_url(server.base_url()).no_key()
}

fn context() -> CallContext {
    CallContext::new(Recorder::new())
}

/// A prompt whose answer has at most so many tokens.
fn request(max_tokens: u64) -> CompletionRequest {
    let mut sampling = Sampling::default();
    sampling.max_tokens = Some(max_tokens);
    sampling.extra = fields! { "seed" => 7 };
    CompletionRequest::new([Message::user("Where?")]).with_sampling(sampling)
}

#[tokio::test]
async fn a_completion_and_a_stream_of_it_are_the_same() {
    let server = server();
    let model = model(&server);
    // Without randomness, so that both are the same.
    let mut request = request(12);
    request.sampling.temperature = Some(0.0);
    let completion = model.complete(&request, &context()).await.unwrap();
    assert_eq!(completion.finish_reason.as_deref(), Some("length"));
    assert_eq!(completion.usage.output_tokens, 12);
    assert!(completion.usage.input_tokens > 5);

    let mut stream = model.stream(&request, &context()).await.unwrap();
    let (mut text, mut n_pieces, mut done) = (String::new(), 0, None);
    while let Some(event) = stream.next().await {
        match event.unwrap() {
            CompletionEvent::Text(piece) => {
                text += &piece;
                n_pieces += 1;
            }
            CompletionEvent::Done(completion) => done = Some(completion),
            _ => {}
        }
    }
    assert!(n_pieces > 1, "{n_pieces} pieces");
    let done = done.unwrap();
    assert_eq!((&text, &done.text), (&completion.text, &completion.text));
    // The server has read the prompt before, and says so.
    assert!(done.usage.cache_read_tokens > 0, "{:?}", done.usage);
    let counts = |usage: Usage| (usage.input_tokens, usage.output_tokens);
    assert_eq!(counts(done.usage), counts(completion.usage));
}

#[derive(Debug, PartialEq, FieldType)]
struct Place {
    is_town: bool,
    size: Size,
}

#[derive(Debug, PartialEq, FieldType)]
enum Size {
    Small,
    Large,
}

#[tokio::test]
async fn a_typed_value_is_read_and_shown_while_it_is_written() {
    let server = server();
    let lm = Lm::new(model(&server).can(LmCapabilities::schemas()));
    let sampling = request(200).sampling;
    let mut stream = lm.extract::<Place>("Where?").sampling(sampling).stream().unwrap();
    let (mut n_grown, mut seen, mut done) = (0, String::new(), None);
    while let Some(event) = stream.next().await {
        match event.unwrap() {
            ExtractEvent::Grown => n_grown += 1,
            ExtractEvent::Done(place) => done = Some(place),
            again => panic!("{again:?}"),
        }
        let so_far = stream.so_far().unwrap().to_json();
        assert!(so_far.starts_with(seen.trim_end_matches(['}', '"'])), "{seen} then {so_far}");
        seen = so_far;
    }
    let place = done.unwrap();
    assert!(n_grown > 1, "{n_grown} pieces");
    let path: Vec<&str> = place.meta().path.iter().map(|step| step.what.as_str()).collect();
    assert_eq!(path, ["extract by schema"]);
    let read = Value::from_json(&seen).unwrap();
    assert_eq!(Place::from_value(&read).unwrap(), place.into_inner());
}

#[tokio::test]
async fn an_answer_is_held_to_a_schema() {
    let server = server();
    let schema = fields! {
        "type" => "object",
        "properties" => fields! {
            "city" => fields! { "enum" => ["Leeds", "York"] },
            "n" => fields! { "type" => "integer", "minimum" => 0, "maximum" => 9 },
        },
        "required" => ["city", "n"],
        "additionalProperties" => false,
    };
    let (name, schema) = ("place".to_owned(), Value::Map(schema));
    let request = request(400).with_response_format(ResponseFormat::JsonSchema { name, schema });
    let completion = model(&server).complete(&request, &context()).await.unwrap();
    let Value::Map(place) = Value::from_json(&completion.text).unwrap() else {
        panic!("{}", completion.text);
    };
    let city: String = place.get("city").unwrap();
    assert!(city == "Leeds" || city == "York", "{city}");
    assert!((0..10).contains(&place.get::<i64>("n").unwrap()));
}

#[tokio::test]
async fn a_prompt_that_is_too_long_is_said() {
    let server = server();
    let mut request = request(1);
    request.messages[0] = Message::user("long ".repeat(2000));
    let error = model(&server).complete(&request, &context()).await.unwrap_err();
    assert_eq!(error.kind, LmErrorKind::ContextTooLong, "{error}");
}

#[tokio::test]
async fn several_are_answered_at_a_time_and_one_that_is_cancelled_makes_room() {
    let server = server();
    let model = model(&server);
    let requests = [request(1_000_000), request(8)];
    let contexts: Vec<_> = (0..6).map(|_| context()).collect();
    let mut endless: FuturesUnordered<_> =
        contexts.iter().map(|context| model.stream(&requests[0], context)).collect();
    // As many are answered at a time as there are slots; the others wait.
    let mut begun = Vec::new();
    while begun.len() < 4 {
        begun.push(endless.next().await.unwrap().unwrap());
    }
    contexts.iter().for_each(CallContext::cancel);
    for stream in begun {
        assert_eq!(stream.finish().await.unwrap_err().kind, LmErrorKind::Cancelled);
    }
    while let Some(waiting) = endless.next().await {
        assert_eq!(waiting.unwrap_err().kind, LmErrorKind::Cancelled);
    }
    let quick = (0..8).map(|_| async {
        let context = context().within(Duration::from_secs(20));
        model.complete(&requests[1], &context).await.unwrap().usage.output_tokens
    });
    assert_eq!(futures_util::future::join_all(quick).await, [8; 8]);
}

#[tokio::test]
async fn a_server_that_dies_is_said() {
    let server = server();
    let model = model(&server);
    let mut stream = model.stream(&request(1_000_000), &context()).await.unwrap();
    let pid = rustix::process::Pid::from_raw(server.pid().try_into().unwrap()).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
    let error = loop {
        if let Err(error) = stream.next().await.unwrap() {
            break error;
        }
    };
    assert!(matches!(error.kind, LmErrorKind::Unreachable { .. }), "{error}");
    let error = model.complete(&request(1), &context()).await.unwrap_err();
    assert!(matches!(error.kind, LmErrorKind::Unreachable { .. }), "{error}");
}

#[test]
fn what_is_no_model_is_said() {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "no weights").unwrap();
    let error = LlamaServer::start(&environment(), file.path(), CONTEXT_TOKENS).unwrap_err();
    let LlamaServerError::Refused { message, .. } = &error else { panic!("{error}") };
    assert!(message.contains("expected 'GGUF'"), "{message}");
    let nowhere = file.path().with_extension("gone");
    let error = LlamaServer::start(&environment(), &nowhere, CONTEXT_TOKENS).unwrap_err();
    assert_eq!(error.to_string(), format!("there is no file `{}`", nowhere.display()));
}
