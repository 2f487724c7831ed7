//! Judges in a real worker: asked with the words that the native engine asks with.

use std::sync::Arc;

use dspex_bridge::llm::{CompletionRequest, Models, ScriptedModel};
use dspex_bridge::operations::{Judge, Verdict};
use dspex_bridge::python::PoolConfig;
use dspex_bridge::{Engine, ModuleKind, ModuleSpec, NativeEngine};
use dspex_signature::{Adapter, Fields, Type, Value};

use super::Workers;

const VERDICTS: [(Adapter, &str); 3] = [
    (Adapter::Chat, "[[ ## reason ## ]]\nSo.\n\n[[ ## score ## ]]\n0.5\n\n[[ ## completed ## ]]"),
    (Adapter::Json, r#"{"reason": "So.", "score": 0.5}"#),
    (Adapter::Xml, "<reason>\nSo.\n</reason>\n<score>\n0.5\n</score>"),
];

/// An input of each name.
fn inputs(judge: Judge) -> Fields {
    let signature = judge.signature();
    let value = |ty: &Type| match ty {
        Type::Str => Value::from("Returns go\nto Leeds."),
        _ => vec!["Returns go to Leeds.", "\"It's\" so."].into(),
    };
    signature.inputs().iter().map(|field| (field.name.clone(), value(&field.ty))).collect()
}

fn texts(request: &CompletionRequest) -> Vec<String> {
    request.messages.iter().map(|message| message.text().into_owned()).collect()
}

#[tokio::test]
async fn both_engines_ask_a_judge_with_the_same_words() {
    let model = ScriptedModel::new();
    let workers = Workers::start(PoolConfig::workers(1..=1), model.clone());
    let native = NativeEngine::new(Models::new().with("default", Arc::new(model.clone())), None);
    for judge in Judge::all() {
        for (adapter, reply) in VERDICTS {
            let mut module = ModuleSpec::new(ModuleKind::Predict, judge.signature());
            module.adapter = adapter;
            let module = Arc::new(module);
            for prepared in [native.prepare(&module), workers.engine.prepare(&module)] {
                let _ = model.clone().text(reply);
                let reply = prepared.unwrap().run(&inputs(judge), &workers.context).await;
                let expected = Verdict { reason: "So.".into(), score: 0.5 };
                assert_eq!(reply.unwrap().to(), Ok(expected), "{} {adapter}", judge.name());
            }
            let requests = model.requests();
            let [.., native, python] = &requests[..] else { panic!("two requests") };
            assert_eq!(texts(native), texts(python), "{} {adapter}", judge.name());
        }
    }
    assert_eq!(model.requests().len(), 5 * 3 * 2);
}
