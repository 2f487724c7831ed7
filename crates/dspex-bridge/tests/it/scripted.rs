//! The scripted model in the user's own types: it reads the prompt that was sent.

use std::sync::Arc;

use dspex_bridge::llm::{Models, ScriptedModel};
use dspex_bridge::{CallContext, CallError, Engine, ModuleKind, ModuleSpec, NativeEngine, Outcome};
use dspex_signature::{Adapter, Fields, TypedSignature, fields};
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

async fn ask_with(
    adapter: Adapter,
    kind: ModuleKind,
    model: ScriptedModel,
    question: &str,
) -> Result<Fields, CallError> {
    let engine = NativeEngine::new(Models::new().with("default", Arc::new(model)), None);
    let mut module = ModuleSpec::new(kind, Arc::new(Ask::signature().clone()));
    module.adapter = adapter;
    let inputs = fields! { "question" => question, "passages" => ["one", "two\nlines"] };
    let context = CallContext::new(Recorder::new());
    let reply = engine.prepare(&Arc::new(module)).unwrap().run(&inputs, &context).await;
    reply.map(Outcome::into_inner)
}

async fn ask(kind: ModuleKind, model: ScriptedModel, question: &str) -> Fields {
    ask_with(Adapter::Chat, kind, model, question).await.unwrap()
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

#[tokio::test]
async fn an_answer_has_the_form_that_the_prompt_asks_for() {
    for adapter in [Adapter::Chat, Adapter::Json, Adapter::Xml] {
        for kind in [ModuleKind::Predict, ModuleKind::ChainOfThought] {
            // One reply only: what is not read at once fails where it is asked for once more.
            let model = ScriptedModel::new().answer(|ask: Ask| Answer {
                answer: format!("{} {}", ask.question.len(), ask.passages.join("|")),
                confidence: 0.5,
            });
            let question = "why <b>\nnot</b> & </question>?";
            let reply = ask_with(adapter, kind.clone(), model.clone(), question).await.unwrap();
            let expected = format!("{} one|two\nlines", question.len());
            assert_eq!(reply["answer"], expected.into(), "{adapter} {kind:?}");
            assert_eq!(reply["confidence"], 0.5.into());
            let reasons = kind == ModuleKind::ChainOfThought;
            assert_eq!(reply.contains("reasoning"), reasons, "{adapter} {kind:?}");
            assert_eq!(model.requests().len(), 1);
        }
    }
}

#[tokio::test]
async fn what_is_asked_once_more_as_json_is_answered_as_json() {
    let model = ScriptedModel::new()
        .text("I would rather not say.")
        .answer(|ask: Ask| Answer { answer: ask.question, confidence: 1.0 });
    let reply = ask_with(Adapter::Chat, ModuleKind::Predict, model.clone(), "why?").await.unwrap();
    assert_eq!(reply, fields! { "answer" => "why?", "confidence" => 1.0 });
    assert_eq!(model.requests().len(), 2);
}

#[tokio::test]
async fn a_prompt_that_asks_for_something_else_is_refused() {
    /// Count the words.
    #[derive(Signature)]
    #[signature(output = Count)]
    struct Counts {
        question: String,
    }
    #[derive(FieldType)]
    struct Count {
        n: u64,
    }
    let model = ScriptedModel::new().answer(|_: Counts| Count { n: 1 });
    let error = ask_with(Adapter::Json, ModuleKind::Predict, model, "why?").await.unwrap_err();
    let told = "the prompt does not ask for the outputs of `Counts`";
    assert!(error.to_string().contains(told), "{error}");
}
