//! The scripted model in the user's own types: it reads the prompt that was sent.

use std::sync::Arc;

use dspex_bridge::llm::{Models, ScriptedModel};
use dspex_bridge::{CallContext, Engine, ModuleKind, ModuleSpec, NativeEngine};
use dspex_signature::{Fields, TypedSignature, fields};
use dspex_signature_macros::{FieldType, Signature};
use dspex_telemetry::Recorder;

/// Answer the question.
#[derive(Signature)]
#[signature(output = Answer)]
struct Ask {
    question: String,
    passages: Vec<String>,
}

#[derive(FieldType)]
struct Answer {
    answer: String,
    confidence: f64,
}

async fn ask(kind: ModuleKind, model: ScriptedModel, question: &str) -> Fields {
    let engine = NativeEngine::new(Models::new().with("default", Arc::new(model)), None);
    let module = ModuleSpec::new(kind, Arc::new(Ask::signature().clone()));
    let inputs = fields! { "question" => question, "passages" => ["one", "two\nlines"] };
    let context = CallContext::new(Recorder::new());
    let reply = engine.prepare(&Arc::new(module)).unwrap().run(&inputs, &context).await;
    reply.unwrap().into_inner()
}

fn script() -> ScriptedModel {
    ScriptedModel::new().answer(|ask: Ask| Answer {
        answer: format!("{} {}", ask.question, ask.passages.join("|")),
        confidence: 0.5,
    })
}

#[tokio::test]
async fn an_answer_is_given_in_the_users_types() {
    let reply = ask(ModuleKind::Predict, script(), "why\nnot?").await;
    let expected = fields! { "answer" => "why\nnot? one|two\nlines", "confidence" => 0.5 };
    assert_eq!(reply, expected);
}

#[tokio::test]
async fn reasoning_is_there_where_it_is_asked_for() {
    let reply = ask(ModuleKind::ChainOfThought, script(), "why?").await;
    assert_eq!(reply.names().collect::<Vec<_>>(), ["reasoning", "answer", "confidence"]);
    assert_eq!(reply["answer"], "why? one|two\nlines".into());
}
