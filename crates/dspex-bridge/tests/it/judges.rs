//! Judges, from the prompt that a model is sent to the verdict.

use std::sync::Arc;

use dspex_bridge::llm::{Models, ScriptedModel};
use dspex_bridge::operations::{Judge, Verdict};
use dspex_bridge::{
    CallContext, CallError, CallErrorKind, Engine, ModuleKind, ModuleSpec, NativeEngine, Outcome,
};
use dspex_signature::{Fields, fields};
use dspex_telemetry::Recorder;

async fn judged(
    name: &str,
    inputs: &Fields,
    reply: &str,
) -> (Result<Fields, CallError>, ScriptedModel) {
    let model = ScriptedModel::new().otherwise(reply);
    let models = Models::new().with("default", Arc::new(model.clone()));
    let module = ModuleSpec::new(ModuleKind::Predict, Judge::named(name).unwrap().signature());
    let module = NativeEngine::new(models, None).prepare(&Arc::new(module)).unwrap();
    let outcome = module.run(inputs, &CallContext::new(Recorder::new())).await;
    (outcome.map(Outcome::into_inner), model)
}

fn written(reason: &str, score: &str) -> String {
    format!("[[ ## reason ## ]]\n{reason}\n\n[[ ## score ## ]]\n{score}\n\n[[ ## completed ## ]]")
}

#[tokio::test]
async fn every_judge_shows_its_inputs_and_gives_a_verdict() {
    for judge in Judge::all() {
        let inputs: Fields = match judge.name() {
            "relevance" => fields! { "question" => "Why, Ada?", "answer" => "Because, Bob." },
            "factuality" => fields! { "sources" => ["Why, Ada?"], "answer" => "Because, Bob." },
            _ => fields! { "text" => "Why, Ada? Because, Bob." },
        };
        let reply = written("It is short.", "0.75");
        let (verdict, model) = judged(judge.name(), &inputs, &reply).await;
        assert_eq!(
            verdict.unwrap().to(),
            Ok(Verdict { reason: "It is short.".into(), score: 0.75 })
        );
        let requests = model.requests();
        let [system, user] = &requests[0].messages[..] else { panic!("two messages") };
        let signature = judge.signature();
        let first = signature.instructions().split('.').next().unwrap();
        assert!(system.text().contains(first), "{}", system.text());
        assert!(system.text().contains(signature.outputs()[1].desc.as_deref().unwrap()));
        assert!(user.text().contains("Why, Ada?") && user.text().contains("Because, Bob."));
    }
}

#[tokio::test]
async fn a_score_beyond_its_ends_is_no_verdict() {
    for score in ["1.5", "-0.1", "nan"] {
        let inputs = fields! { "text" => "A text." };
        let (verdict, _) = judged("grammar", &inputs, &written("So it is.", score)).await;
        let told = verdict.unwrap().to::<Verdict>().unwrap_err().to_string();
        assert_eq!(told, "`score` should be `float from 0 to 1`, found `float`", "{score}");
    }
    let (verdict, _) = judged("grammar", &fields! { "text" => "x" }, &written("So.", "good")).await;
    assert!(matches!(verdict.unwrap_err().kind(), CallErrorKind::Parse { .. }));
}
