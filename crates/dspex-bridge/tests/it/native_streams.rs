//! Calls of the native engine that are streamed: what is told, in which order, and what makes them wait.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::response::Response;
use dspex_bridge::llm::{LanguageModel, LmErrorKind, Models, OpenAi, ScriptedModel};
use dspex_bridge::{
    CallContext, CallError, CallErrorKind, CallEvent, CallEvents, Engine as _, ModuleKind,
    ModuleSpec, NativeEngine, Outcome,
};
use dspex_signature::{Adapter, Field, Fields, Signature, Tool, Type, Value, fields};
use dspex_telemetry::{Event, RecentEvents, Recorder};
use futures_util::{StreamExt as _, stream};

use crate::server::Server;

fn module(kind: ModuleKind, signature: &str) -> ModuleSpec {
    ModuleSpec::new(kind, Arc::new(Signature::parse(signature).unwrap()))
}

fn context() -> CallContext {
    CallContext::new(Recorder::new())
}

fn stream_in(model: impl LanguageModel, module: ModuleSpec, context: CallContext) -> CallEvents {
    let engine = NativeEngine::new(Models::new().with("default", Arc::new(model)), None);
    let prepared = engine.prepare(&Arc::new(module)).unwrap();
    prepared.stream(fields! { "question" => "Why?" }, context)
}

fn stream_of(model: impl LanguageModel, module: ModuleSpec) -> CallEvents {
    stream_in(model, module, context())
}

fn scripted(n_chars: usize) -> ScriptedModel {
    ScriptedModel::new().in_pieces(NonZeroUsize::new(n_chars).unwrap())
}

/// What was told, and how it ended.
#[derive(Debug, Default)]
struct Told {
    /// The pieces of each text, put together.
    texts: Fields,
    /// What was known after each piece.
    partials: Vec<Fields>,
    steps: Vec<String>,
}

async fn read(mut events: CallEvents) -> (Told, Result<Outcome, CallError>) {
    let mut told = Told::default();
    while let Some(event) = events.next().await {
        match event {
            Ok(CallEvent::Text { output, piece }) => {
                let text = told.texts.remove(&output).unwrap_or_else(|| "".into());
                told.texts.insert(output, format!("{}{piece}", text.as_str().unwrap()));
            }
            Ok(CallEvent::Partial(so_far)) => told.partials.push(so_far.to_fields()),
            Ok(CallEvent::Step(step)) => told.steps.push(step.tool),
            Ok(CallEvent::Done(outcome)) => {
                assert!(events.next().await.is_none());
                return (told, Ok(outcome));
            }
            Ok(other) => panic!("{other:?}"),
            Err(error) => {
                assert!(events.next().await.is_none());
                return (told, Err(error));
            }
        }
    }
    panic!("there is no end");
}

const CHAT: &str = "[[ ## answer ## ]]\nBecause it\nis [so].\n\n[[ ## sources ## ]]\n[\"a\", \"b\"]\n\n\
                    [[ ## completed ## ]]";
const JSON: &str = r#"{"answer": "Because it\nis [so].", "sources": ["a", "b"]}"#;
const XML: &str = "<answer>\nBecause it\nis [so].\n</answer>\n<sources><item>a</item>\
                   <item>b</item></sources>";

#[tokio::test]
async fn what_is_told_is_what_is_answered_whatever_the_pieces() {
    for (adapter, text) in [(Adapter::Chat, CHAT), (Adapter::Json, JSON), (Adapter::Xml, XML)] {
        for n_chars in [1, 2, 5, 1000] {
            let mut module = module(ModuleKind::Predict, "question -> answer, sources: list[str]");
            module.adapter = adapter;
            let (told, end) = read(stream_of(scripted(n_chars).text(text), module)).await;
            let outcome = end.unwrap();
            assert_eq!(told.texts, fields! { "answer" => "Because it\nis [so]." }, "{adapter}");
            assert_eq!(told.texts["answer"], outcome["answer"], "{adapter}");
            assert_eq!(told.partials.last(), Some(&*outcome), "{adapter}");
            assert!(n_chars > 2 || told.partials.len() > 8, "{adapter}: {:?}", told.partials);
            let meta = outcome.meta();
            assert!(meta.usage.output_tokens > 0, "{adapter}");
            assert_eq!(meta.path.len(), 1, "{adapter}: {:?}", meta.path);
        }
    }
}

#[tokio::test]
async fn a_partial_that_is_kept_stays_as_it_is() {
    let model = scripted(4).text("[[ ## answer ## ]]\none two three");
    let mut events = stream_of(model, module(ModuleKind::Predict, "question -> answer"));
    let mut kept = Vec::new();
    while let Some(Ok(event)) = events.next().await {
        if let CallEvent::Partial(so_far) = event {
            kept.push((so_far.text("answer").map(str::to_owned), so_far));
        }
    }
    assert!(kept.len() > 3);
    for (text, so_far) in kept {
        assert_eq!(so_far.text("answer"), text.as_deref());
    }
}

#[tokio::test]
async fn json_is_asked_for_only_where_nothing_was_told() {
    // No header: nothing was told, and the fallback's answer is streamed too.
    let model = scripted(3).text("Well, I think so.").text(JSON);
    let asked = module(ModuleKind::Predict, "question -> answer, sources: list[str]");
    let (told, end) = read(stream_of(model.clone(), asked.clone())).await;
    assert_eq!(end.unwrap().meta().path.len(), 2);
    assert_eq!(told.texts["answer"], Value::from("Because it\nis [so]."));
    assert_eq!(model.requests().len(), 2);

    // A part was read, which cannot be taken back.
    let model = scripted(3).text("[[ ## answer ## ]]\nBecause").text(JSON);
    let (told, end) = read(stream_of(model.clone(), asked)).await;
    let error = end.unwrap_err();
    assert!(matches!(error.kind(), CallErrorKind::Parse { .. }), "{error}");
    assert_eq!(told.texts, fields! { "answer" => "Because" });
    assert_eq!(error.partial(), &told.texts);
    assert!(error.spent().usage.output_tokens > 0);
    assert_eq!(model.requests().len(), 1);
}

#[tokio::test]
async fn of_several_completions_the_first_is_told() {
    let mut module = module(ModuleKind::ChainOfThought, "question -> answer");
    module.sampling.extra.insert("n", 2);
    let text = |answer| format!("[[ ## reasoning ## ]]\nSo.\n\n[[ ## answer ## ]]\n{answer}");
    let model = scripted(3).text(text("one")).text(text("two"));
    let (told, end) = read(stream_of(model, module)).await;
    assert_eq!(told.texts, fields! { "reasoning" => "So.", "answer" => "one" });
    assert_eq!(end.unwrap().meta().completions.len(), 2);
}

#[tokio::test]
async fn what_fails_before_the_first_piece_is_the_models_failure() {
    let model = ScriptedModel::new().fail(LmErrorKind::ContextTooLong);
    let (told, end) =
        read(stream_of(model, module(ModuleKind::Predict, "question -> answer"))).await;
    assert!(matches!(end.unwrap_err().kind(), CallErrorKind::Lm(_)));
    assert!(told.partials.is_empty());
}

#[tokio::test]
async fn steps_are_told_as_they_are_done() {
    let call = |tool: &str, arguments: &str| {
        format!(
            "[[ ## next_thought ## ]]\nT.\n\n[[ ## next_tool_name ## ]]\n{tool}\n\n\
             [[ ## next_tool_args ## ]]\n{arguments}"
        )
    };
    let args = vec![Field::new("grams", Type::Int)];
    let weigh = Tool::from_fields("weigh", "Weighs.", args, |_| Box::pin(async { Ok(42.into()) }));
    let mut module = module(ModuleKind::React, "question -> answer: int");
    module.tools = vec![weigh];
    let model = scripted(5)
        .text(call("weigh", "{\"grams\": 1}"))
        .text(call("finish", "{}"))
        .text("[[ ## reasoning ## ]]\nIt says so.\n\n[[ ## answer ## ]]\n42");
    let mut events = stream_of(model, module.clone());
    let Some(Ok(CallEvent::Step(step))) = events.next().await else { panic!("no step") };
    assert_eq!((step.thought.as_str(), step.observation), ("T.", Value::Int(42)));
    let (told, end) = read(events).await;
    assert_eq!(told.steps, ["finish"]);
    assert_eq!(told.texts, fields! { "reasoning" => "It says so." });
    assert_eq!(end.unwrap()["answer"], Value::Int(42));
}

/// A quarter of a gigabyte, far more than all buffers hold.
const MAX_WRITTEN: usize = 4000;

/// A server that writes as long as it is read, in long pieces, and counts them.
async fn talkative() -> (Server, Arc<AtomicUsize>) {
    let n_written = Arc::new(AtomicUsize::new(0));
    let counted = n_written.clone();
    let server = Server::start(move || {
        let counted = counted.clone();
        let pieces = stream::unfold(0, move |number| {
            let n_written = counted.fetch_add(1, Ordering::Relaxed);
            let text = match number {
                0 => "[[ ## answer ## ]]\\nx".to_owned(),
                _ => "x".repeat(64 << 10),
            };
            let event = format!(
                "data: {{\"choices\":[{{\"index\":0,\"delta\":{{\"content\":\"{text}\"}}}}]}}\n\n"
            );
            let next = (n_written < MAX_WRITTEN)
                .then(|| (Ok::<_, std::convert::Infallible>(Bytes::from(event)), number + 1));
            std::future::ready(next)
        });
        let response = Response::builder().header("content-type", "text/event-stream");
        std::future::ready(response.body(Body::from_stream(pieces)).unwrap())
    });
    (server.await, n_written)
}

#[tokio::test]
async fn a_slow_reader_makes_the_provider_wait_and_a_dropped_stream_ends_the_exchange() {
    let (server, n_written) = talkative().await;
    let events = Arc::new(RecentEvents::new(100));
    let context = CallContext::new(Recorder::new().with(events.clone()));
    let model = OpenAi::new("gpt-4o-mini").base_url(&server.base_url).no_key();
    let module = module(ModuleKind::Predict, "question -> answer");
    let mut call = stream_in(model, module, context);
    let mut n_read = 0;
    while n_read < 5 {
        if let CallEvent::Partial(so_far) = call.next().await.unwrap().unwrap() {
            n_read += 1;
            assert!(so_far.text("answer").unwrap().starts_with('x'));
        }
    }
    // What was written is in the buffers of the connection, and then nothing is any more.
    let mut before = usize::MAX;
    while n_written.load(Ordering::Relaxed) != before {
        before = n_written.load(Ordering::Relaxed);
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    assert!(before < MAX_WRITTEN, "nothing made the server wait");
    drop(call);
    let ended = |event: &Event| matches!(event, Event::LmFinished { .. });
    assert_eq!(events.events().iter().filter(|event| ended(event)).count(), 1);
}

#[tokio::test]
async fn a_silent_model_ends_with_the_call() {
    let server = Server::start(|| {
        let body = Body::from_stream(stream::pending::<Result<Bytes, std::convert::Infallible>>());
        let response = Response::builder().header("content-type", "text/event-stream");
        std::future::ready(response.body(body).unwrap())
    })
    .await;
    let model = OpenAi::new("gpt-4o-mini").base_url(&server.base_url).no_key();
    let context = context().within(Duration::from_millis(100));
    let module = module(ModuleKind::Predict, "question -> answer");
    let (_, end) = read(stream_in(model, module, context)).await;
    let error = end.unwrap_err();
    assert!(matches!(error.kind(), CallErrorKind::Deadline { .. }), "{error}");
}
