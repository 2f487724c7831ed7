//! Calls that real DSPy answers, in real workers of the project's environment.

use std::path::Path;
use std::time::Duration;

use dspex::llm::ScriptedModel;
use dspex::prelude::*;
use dspex::python::{PoolConfig, PythonConfig};
use dspex::{CallErrorKind, EngineKind};

/// Where `cargo xtask setup` puts the environment.
fn venv() -> std::path::PathBuf {
    let venv = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.venv");
    assert!(venv.exists(), "this test needs Python: run `cargo xtask setup`");
    venv
}

async fn dspex(model: &ScriptedModel) -> Dspex {
    Dspex::builder()
        .lm("default", model.clone())
        .python(PythonConfig::venv(venv()))
        .pool("general", PoolConfig::workers(1..=1))
        .start()
        .await
        .expect("a model that is there can be started with")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_module_by_its_python_name_asks_the_rust_model() {
    let completion =
        "[[ ## reasoning ## ]]\nAdd them.\n\n[[ ## answer ## ]]\n4\n\n[[ ## completed ## ]]";
    let model = ScriptedModel::new().text(completion);
    let dspex = dspex(&model).await;
    let module = dspex.module_with("dspy.ChainOfThought", signature!("question -> answer: int"));
    let reply = module.call(fields! { "question" => "2 + 2?" }).await.unwrap();
    assert_eq!(reply["answer"].as_int(), Some(4));
    assert_eq!(reply.meta().engine, EngineKind::Python);
    assert_eq!(model.requests().len(), 1);
    dspex.shutdown(Duration::from_secs(5)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_completion_that_only_dspy_can_read_costs_one_model_call() {
    // Python's literal syntax inside a list: the native parser leaves it to DSPy.
    let completion = "[[ ## items ## ]]\n['a', 'b',]\n\n[[ ## completed ## ]]";
    let model = ScriptedModel::new().text(completion);
    let dspex = dspex(&model).await;
    let module = dspex.predict_with(signature!("text -> items: list[str]"));
    let reply = module.call(fields! { "text" => "a and b" }).await.unwrap();
    assert_eq!(reply.get::<Vec<String>>("items").unwrap(), ["a", "b"]);
    assert_eq!(model.requests().len(), 1);
    dspex.shutdown(Duration::from_secs(5)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_package_that_is_not_allowed_is_refused_before_python_starts() {
    let dspex = dspex(&ScriptedModel::new()).await;
    let module = dspex.module_with("acme_legal.Review", signature!("contract -> risks"));
    let error = module.call(fields! { "contract" => "..." }).await.unwrap_err();
    assert!(
        error.to_string().contains("no entry of `python.allow` covers `acme_legal.Review`"),
        "{error}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_environment_that_is_not_there_says_how_to_make_it() {
    let dspex = Dspex::builder()
        .lm("default", ScriptedModel::new())
        .python(PythonConfig::venv("no/such/venv"))
        .start()
        .await
        .unwrap();
    let module = dspex.module_with("dspy.ChainOfThought", signature!("question -> answer"));
    let error = module.call(fields! { "question" => "?" }).await.unwrap_err();
    assert!(matches!(error.kind(), CallErrorKind::PoolUnavailable { .. }), "{error}");
    assert!(error.hint().is_some_and(|hint| hint.contains("dspex setup")), "{:?}", error.hint());
}
