//! Which engine answers, and what happens when it does not.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use dspex_bridge::llm::{Models, ScriptedModel};
use dspex_bridge::{CallErrorKind, EngineKind, ModuleKind};
use dspex_orchestrator::{Module, Orchestrator};
use dspex_signature::{Adapter, Example, Field, Signature, Tool, Type, fields};
use dspex_signature_macros::{FieldType, Signature};
use dspex_telemetry::{RecentEvents, Recorder};

use crate::fake::{Does, FakeEngine};

pub(crate) fn module(native: Does, python: Does) -> Module {
    watched(native, python, Arc::new(RecentEvents::new(1)))
}

/// The same, whose events are kept.
pub(crate) fn watched(native: Does, python: Does, events: Arc<RecentEvents>) -> Module {
    let orchestrator = Orchestrator::new(Recorder::new().with(events))
        .engine(Arc::new(FakeEngine::new(EngineKind::Native, native)))
        .engine(Arc::new(FakeEngine::new(EngineKind::Python, python)));
    untyped(orchestrator.models(models()))
}

fn models() -> Models {
    Models::new().with("default", Arc::new(ScriptedModel::new()))
}

fn untyped(orchestrator: Orchestrator) -> Module {
    let (question, answer) = (Field::new("question", Type::Str), Field::new("answer", Type::Str));
    let signature = Signature::new("Ask", None, vec![question], vec![answer])
        .expect("the names are valid and differ");
    Module::untyped(Arc::new(orchestrator), ModuleKind::Predict, signature)
}

#[tokio::test]
async fn native_is_preferred_where_it_can() {
    let module = module(Does::Answer("from rust"), Does::Answer("from python"));
    let reply = module.call(fields! { "question" => "?" }).await.unwrap();
    assert_eq!(reply["answer"].as_str(), Some("from rust"));
    assert_eq!(reply.meta().engine, EngineKind::Native);
    assert_eq!(module.choice().to_string(), "native: exact");
}

#[tokio::test]
async fn python_answers_what_native_refuses() {
    let module = module(Does::Refuse("the adapter is `xml`"), Does::Answer("from python"));
    let reply = module.call(fields! { "question" => "?" }).await.unwrap();
    assert_eq!(reply.meta().engine, EngineKind::Python);
    let choice = module.choice().to_string();
    assert_eq!(choice, "python: exact; not native: the adapter is `xml`");
}

#[tokio::test]
async fn what_native_cannot_do_after_all_goes_to_python() {
    let module = module(Does::FailToRender, Does::Answer("from python"));
    let reply = module.call(fields! { "question" => "?" }).await.unwrap();
    let meta = reply.meta();
    assert_eq!(meta.usage.input_tokens, 14, "both engines asked the model");
    assert_eq!(meta.path[0].what, "native");
    assert_eq!(
        meta.path[0].failed.as_deref(),
        Some("not supported yet: rendering these inputs natively")
    );
}

#[tokio::test]
async fn a_module_with_tools_goes_to_no_second_engine_unless_it_does_no_harm() {
    let tool = Tool::from_fields("now", "", Vec::new(), |_| Box::pin(async { Ok("noon".into()) }));
    let module = module(Does::FailToRender, Does::Answer("from python")).tools([tool]);
    let error = module.call(fields! { "question" => "?" }).await.unwrap_err();
    assert!(matches!(error.kind(), CallErrorKind::NotSupportedYet { .. }), "{error}");
    let reply = module.idempotent().call(fields! { "question" => "?" }).await.unwrap();
    assert_eq!(reply.meta().engine, EngineKind::Python);
}

#[tokio::test]
async fn a_completion_that_dspy_cannot_read_either_is_asked_of_nobody_again() {
    let module = module(Does::FailToParse, Does::Answer("from python"));
    let error = module.call(fields! { "question" => "?" }).await.unwrap_err();
    assert!(matches!(error.kind(), CallErrorKind::Parse { .. }), "{error}");
    assert_eq!(error.spent().usage.input_tokens, 7, "one engine asked the model");
}

#[tokio::test]
async fn a_model_that_fails_fails_for_every_engine() {
    let python = FakeEngine::new(EngineKind::Python, Does::Answer("from python"));
    let python_calls = python.calls();
    let orchestrator = Orchestrator::new(Recorder::new())
        .engine(Arc::new(FakeEngine::new(EngineKind::Native, Does::FailAtModel)))
        .engine(Arc::new(python));
    let module = untyped(orchestrator);
    let error = module.call(fields! { "question" => "?" }).await.unwrap_err();
    assert!(error.is_retryable(), "{error}");
    assert_eq!(python_calls.load(Ordering::Relaxed), 0);
}

#[tokio::test]
async fn a_call_with_one_attempt_does_not_fall_back() {
    let module = module(Does::FailToRender, Does::Answer("from python"));
    let error = module.call(fields! { "question" => "?" }).attempts(1).await.unwrap_err();
    assert!(matches!(error.kind(), CallErrorKind::NotSupportedYet { .. }), "{error}");
}

#[tokio::test]
async fn a_module_held_to_one_engine_stays_there() {
    let module = module(Does::FailToRender, Does::Answer("from python")).only(EngineKind::Native);
    let error = module.call(fields! { "question" => "?" }).await.unwrap_err();
    assert!(matches!(error.kind(), CallErrorKind::NotSupportedYet { .. }), "{error}");
}

#[tokio::test]
async fn what_no_engine_runs_is_said_with_every_reason() {
    let module = module(Does::Refuse("no tools yet"), Does::Refuse("python is switched off"));
    let error = module.call(fields! { "question" => "?" }).await.unwrap_err();
    let expected = "not supported yet: `Ask` (dspy.Predict): \
                    not native: no tools yet; not python: python is switched off";
    assert_eq!(error.to_string(), expected);
}

#[tokio::test]
async fn a_model_that_nobody_configured_is_the_fault_that_is_told() {
    let refused = "language model `fast` is not configured; configured are: default";
    let module = module(Does::Refuse(refused), Does::Refuse(refused)).lm("fast");
    let error = module.call(fields! { "question" => "?" }).await.unwrap_err();
    assert!(matches!(error.kind(), CallErrorKind::Lm(_)), "{error:?}");
    assert_eq!(error.to_string(), refused);
}

#[tokio::test(start_paused = true)]
async fn an_engine_that_hangs_is_left_at_the_deadline() {
    let module = module(Does::Hang, Does::Answer("from python"));
    let call = module.call(fields! { "question" => "?" }).within(Duration::from_secs(3));
    let error = call.await.unwrap_err();
    assert!(matches!(error.kind(), CallErrorKind::Deadline { .. }), "{error}");
}

#[tokio::test]
async fn statistics_count_by_module_and_engine() {
    let orchestrator = Arc::new(
        Orchestrator::new(Recorder::new())
            .engine(Arc::new(FakeEngine::new(EngineKind::Native, Does::FailToRender)))
            .engine(Arc::new(FakeEngine::new(EngineKind::Python, Does::Answer("from python")))),
    );
    let answer = Field::new("answer", Type::Str);
    let signature = Signature::new("Ask", None, vec![], vec![answer]).unwrap();
    let module = Module::untyped(orchestrator.clone(), ModuleKind::Predict, signature);
    module.call(fields! {}).await.unwrap();
    let ask = &orchestrator.statistics().snapshot()["Ask"];
    assert_eq!((ask.fallbacks, ask.engines["python"].calls), (1, 1));
}

#[tokio::test]
async fn every_option_reaches_the_engine_and_leaves_clones_alone() {
    let engine = FakeEngine::new(EngineKind::Python, Does::Answer("Leeds"));
    let prepared = engine.prepared();
    let plain = untyped(Orchestrator::new(Recorder::new()).engine(Arc::new(engine)));
    let module = plain
        .clone()
        .named("Router")
        .temperature(0.5)
        .max_tokens(64)
        .instructions("Be brief.")
        .demos([Example::new(fields! { "question" => "?" }, fields! { "answer" => "!" })])
        .adapter(Adapter::Json)
        .init("max_iters", 5)
        .pool("optimizer")
        .lm("fast");
    module.call(fields! { "question" => "?" }).await.unwrap();
    plain.call(fields! { "question" => "?" }).await.unwrap();
    let prepared = prepared.lock().unwrap();
    let [changed, unchanged] = &prepared[..] else { panic!("each module is prepared once") };
    assert_eq!((&*changed.name, &*unchanged.name), ("Router", "Ask"));
    assert_eq!(changed.sampling.temperature, Some(0.5));
    assert_eq!((changed.sampling.max_tokens, unchanged.sampling.max_tokens), (Some(64), None));
    assert_eq!(changed.signature.instructions(), "Be brief.");
    assert_eq!(changed.demos, [fields! { "question" => "?", "answer" => "!" }]);
    assert!(unchanged.demos.is_empty());
    assert_eq!((changed.adapter, unchanged.adapter), (Adapter::Json, Adapter::Chat));
    assert_eq!(changed.init, fields! { "max_iters" => 5 });
    assert_eq!((changed.pool.as_deref(), changed.lm.name()), (Some("optimizer"), "fast"));
    assert_eq!(module.name(), "Router");
    assert_eq!(module.signature().outputs()[0].name, "answer");
}

#[tokio::test]
async fn an_answer_that_does_not_fit_the_rust_type_keeps_what_there_was() {
    let engine = FakeEngine::new(EngineKind::Native, Does::Answer("Leeds"));
    let orchestrator = Arc::new(Orchestrator::new(Recorder::new()).engine(Arc::new(engine)));
    let module = Module::<Ask, Count>::typed(orchestrator, ModuleKind::Predict);
    let error = module.call(Ask { question: "How many?".into() }).await.unwrap_err();
    assert_eq!(error.to_string(), "output `answer` should be `int`, found `str`");
    assert_eq!(error.partial(), &fields! { "answer" => "Leeds" });
    assert_eq!((error.spent().usage.input_tokens, error.kind().name()), (7, "output"));
}

/// Count something.
#[derive(Signature)]
#[signature(output = Count)]
struct Ask {
    question: String,
}

#[derive(Debug, FieldType)]
struct Count {
    answer: i64,
}
