//! Native calls that real DSPy answers once more, with the completions that they had.

use std::time::Duration;

use dspex::llm::{LmCapabilities, ScriptedModel};
use dspex::prelude::*;
use dspex::{Adapter, EngineKind, Module, Record, ShadowReport};

use crate::python::dspex;

/// Waits until a call was compared, and found to be the same.
pub(crate) async fn is_compared<I: Record, O: Record>(module: &Module<I, O>) {
    let report = report(module).await;
    assert_eq!((report.n_same, &report.difference), (1, &None), "{report:?}");
}

/// Waits until a call was compared.
async fn report<I: Record, O: Record>(module: &Module<I, O>) -> ShadowReport {
    for _ in 0..1_000 {
        let report = module.shadow_report().expect("it has a shadow");
        if report != ShadowReport::default() {
            return report;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("nothing was compared: {:?}", module.shadow_report())
}

/// Calls a module whose model writes these texts, and sees that DSPy makes the same of it, which it has to
/// ask as often.
async fn is_same(texts: &[&str], module: impl FnOnce(&Dspex) -> Module, inputs: Fields) {
    let model = texts.iter().fold(ScriptedModel::new(), |model, text| model.text(*text));
    let dspex = dspex(&model).await;
    let module = module(&dspex).shadow(1.0);
    let _ = module.call(inputs).await;
    is_compared(&module).await;
    assert_eq!(model.requests().len(), texts.len(), "the shadow asks no model");
    dspex.shutdown(Duration::from_secs(5)).await;
}

const TYPED: &str = "question, context: list[str] -> answer: str, sure: bool, score: float, \
                     how: Literal['a', 'b'], pages: list[int]";

fn typed() -> Fields {
    fields! { "question" => "Who wrote Emma?", "context" => vec!["Emma is of 1815.", "é \"x\""] }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_every_adapter_asks_and_reads_is_dspys() {
    let demo = fields! {
        "question" => "Q", "context" => vec!["c"], "answer" => "A", "sure" => true, "score" => 0.5,
        "how" => "b", "pages" => vec![1, 2],
    };
    let predict = |adapter: Adapter| {
        move |dspex: &Dspex| {
            let signature = Signature::parse(TYPED).expect("it is one");
            dspex.predict_with(signature).adapter(adapter).demo_fields([demo]).temperature(0.3)
        }
    };
    let chat = "[[ ## answer ## ]]\nJane Austen\n\n[[ ## sure ## ]]\nTrue\n\n[[ ## score ## ]]\n0.75\n\n\
                [[ ## how ## ]]\nb\n\n[[ ## pages ## ]]\n[3, 4]\n\n[[ ## completed ## ]]";
    is_same(&[chat], predict.clone()(Adapter::Chat), typed()).await;
    let json = r#"{"answer": "Jane Austen", "sure": true, "score": 1, "how": "a", "pages": [3]}"#;
    is_same(&[json], predict.clone()(Adapter::Json), typed()).await;
    let xml = "<answer>\nJane\n</answer>\n<sure>\nFalse\n</sure>\n<score>\n2\n</score>\n<how>\na\n</how>\n\
               <pages>\n[]\n</pages>";
    is_same(&[xml], predict(Adapter::Xml), typed()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn second_questions_and_answers_that_nobody_can_read_are_dspys() {
    let signature = || Signature::parse("question -> answer, n: int").expect("it is one");
    let think = |dspex: &Dspex| dspex.chain_of_thought_with(signature());
    let inputs = || fields! { "question" => "2 + 2?" };
    let json = r#"{"reasoning": "r", "answer": "four", "n": 4}"#;
    is_same(&["I would say four.", json], think, inputs()).await;
    is_same(&["I would say four.", "Four, really."], think, inputs()).await;
    is_same(&["[[ ## answer ## ]]\nfour\n\n[[ ## n ## ]]\nfour", "{}"], think, inputs()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn how_a_call_itself_samples_is_compared_too() {
    let answer = "[[ ## answer ## ]]\nfour\n\n[[ ## completed ## ]]";
    let dspex = dspex(&ScriptedModel::new().text(answer)).await;
    let module = dspex.predict_with(signature!("question -> answer")).temperature(0.1).shadow(1.0);
    let call = module.call(fields! { "question" => "2 + 2?" });
    call.temperature(0.9).max_tokens(50).parameter("top_p", 0.5).await.unwrap();
    is_compared(&module).await;
    dspex.shutdown(Duration::from_secs(5)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_python_does_not_run_has_no_shadow_and_says_why() {
    let answer = "[[ ## answer ## ]]\nfour\n\n[[ ## completed ## ]]";
    let model = ScriptedModel::new().text(answer).text(answer);
    let dspex = dspex(&model).await;
    let module = dspex.predict_with(signature!("question -> answer")).n(2).shadow(1.0);
    module.call(fields! { "question" => "2 + 2?" }).await.unwrap();
    let report = report(&module).await;
    let why = report.unavailable.unwrap();
    assert_eq!(why, "several completions (`n`) come from the native engine only");
    dspex.shutdown(Duration::from_secs(5)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_that_dspy_knows_less_of_is_asked_otherwise_which_is_told() {
    let json = r#"{"answer": "four"}"#;
    let model = ScriptedModel::new().text(json).text(json).can(LmCapabilities::schemas());
    let dspex = dspex(&model).await;
    let module = dspex.predict_with(signature!("question -> answer")).adapter(Adapter::Json);
    let module = module.shadow(1.0);
    let inputs = || fields! { "question" => "2 + 2?" };
    module.call(inputs()).await.unwrap();
    let difference = report(&module).await.difference.unwrap();
    assert!(difference.place.starts_with("question 1, response format ("), "{difference}");
    let reply = module.call(inputs()).await.unwrap();
    assert_eq!(reply.meta().engine, EngineKind::Python);
    dspex.shutdown(Duration::from_secs(5)).await;
}
