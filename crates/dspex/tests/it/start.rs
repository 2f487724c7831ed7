//! Starting: from a builder, from a file, and with faults in either.

use std::time::Duration;

use dspex::config::LmConfig;
use dspex::llm::{Lm, LmErrorKind, Retry, ScriptedModel};
use dspex::prelude::*;
use dspex::{EngineKind, VirtualClock};

#[tokio::test]
async fn a_program_without_a_model_is_told_how_to_name_one() {
    let error = Dspex::builder().start().await.unwrap_err();
    let expected = "the configuration has 1 fault\n  builder: no language model is configured\n           \
                    hint: add `[lm.default]` with `model = \"openai/gpt-4o-mini\"`, or `.lm(\"default\", ..)`";
    assert_eq!(error.to_string(), expected);
}

#[tokio::test]
async fn every_model_that_cannot_be_made_is_told() {
    let builder = Dspex::builder().lm("default", "opnai/gpt-4o-mini").lm("other", "nothing");
    let error = builder.start().await.unwrap_err().to_string();
    assert!(error.starts_with("the configuration has 2 faults\n"), "{error}");
    assert!(error.contains("did you mean `openai`?"), "{error}");
}

#[tokio::test]
async fn a_file_gives_the_same_as_the_builder() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("dspex.toml");
    std::fs::write(&path, "[lm.default]\nmodel = \"ollama/qwen3:8b\"\n[python]\nenabled = false\n")
        .unwrap();
    let dspex = Dspex::from_config(&path).await.unwrap();
    assert_eq!(dspex.lm("default").unwrap().name(), "ollama/qwen3:8b");
    assert!(dspex.python().is_none());
    let error = dspex.lm("fast").map(|_| ()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "language model `fast` is not configured; configured are: default"
    );
}

#[tokio::test]
async fn a_model_falls_back_to_another_of_the_file() {
    let mut config = LmConfig::new("ollama/none");
    config.base_url = Some("http://127.0.0.1:9/v1".to_owned());
    config.retry = Retry::attempts(1);
    config.fallback = vec!["spare".to_owned()];
    let spare = ScriptedModel::new().otherwise("[[ ## answer ## ]]\nLeeds");
    let builder = Dspex::builder().lm_config("default", config.clone()).lm("spare", spare);
    let dspex = builder.no_python().start().await.unwrap();
    let ask = dspex.predict_with(signature!("question -> answer"));
    let reply = ask.call(fields! { "question" => "Where?" }).await.unwrap();
    assert_eq!(reply["answer"], Value::from("Leeds"));

    config.fallback = vec!["spaer".to_owned(), "default".to_owned()];
    let builder = Dspex::builder().lm_config("default", config).lm("spare", ScriptedModel::new());
    assert_eq!(
        builder.start().await.unwrap_err().to_string(),
        "the configuration has 2 faults\n  \
         builder: `lm.default.fallback` names `spaer`, which is no model here\n           \
         hint: did you mean `spare`?\n  \
         builder: `lm.default.fallback` names the model itself\n           \
         hint: name a model of another `[lm.NAME]`"
    );
}

#[tokio::test]
async fn without_python_a_model_of_dspys_cannot_be_asked() {
    let builder = Dspex::builder().lm("default", "bedrock/nova").no_python();
    assert_eq!(
        builder.start().await.unwrap_err().to_string(),
        "the configuration has 1 fault\n  \
         builder: `lm.default`: language model `bedrock/nova` is set up wrong: DSPy alone asks it, and \
         Python is switched off\n           \
         hint: change it where the model is named: in `[lm.NAME]`, or where it is built"
    );
}

#[tokio::test]
async fn a_file_that_is_not_there_is_named() {
    let error = Dspex::from_config("no/such/dspex.toml").await.unwrap_err().to_string();
    assert!(
        error.starts_with("no/such/dspex.toml has 1 fault\n  file: cannot be read: "),
        "{error}"
    );
}

#[tokio::test]
async fn without_python_a_python_module_says_why_it_cannot_run() {
    let dspex = Dspex::builder().lm("default", ScriptedModel::new()).no_python();
    let dspex = dspex.start().await.unwrap();
    let signature = signature!("question -> answer");
    let module = dspex.module_with("dspy.ProgramOfThought", signature);
    assert_eq!(module.choice().engine, None::<EngineKind>);
    let error = module.call(fields! { "question" => "?" }).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "not supported yet: `StringSignature` (dspy.ProgramOfThought): \
         not python: python is switched off; not native: only Python knows `dspy.ProgramOfThought`"
    );
}

/// How long an answer took on a clock that jumps, and how often the model was asked.
async fn asked_on(model: impl Into<Lm>, script: &ScriptedModel, seed: u64) -> (Duration, usize) {
    let clock = VirtualClock::auto();
    let builder = Dspex::builder().lm("default", model).no_python();
    let dspex = builder.clock(clock.clone()).seed(seed).start().await.expect("it can be started");
    let ask = dspex.predict_with(signature!("question -> answer"));
    let begun = clock.elapsed();
    let _ = ask.call(fields! { "question" => "?" }).await;
    (clock.elapsed() - begun, script.requests().len())
}

#[tokio::test]
async fn an_instance_is_tried_again_unless_something_is_around_it() {
    let limited = || {
        let script = ScriptedModel::new().fail(LmErrorKind::RateLimited);
        script.text("[[ ## answer ## ]]\nLeeds")
    };
    let script = limited();
    let (waited, n_asked) = asked_on(script.clone(), &script, 7).await;
    assert_eq!(n_asked, 2);
    assert!(waited >= Duration::from_millis(250) && waited < Duration::from_millis(510));
    // Waits depend on the seed alone.
    let (again, other) = (limited(), limited());
    let again = asked_on(again.clone(), &again, 7).await.0;
    assert!(again.abs_diff(waited) < Duration::from_millis(3), "{again:?} and {waited:?}");
    let other = asked_on(other.clone(), &other, 8).await.0;
    assert!(other.abs_diff(waited) > Duration::from_millis(3), "{other:?} and {waited:?}");

    let script = limited();
    let once = Lm::new(script.clone()).with(Retry::attempts(1));
    assert_eq!(asked_on(once, &script, 7).await, (Duration::ZERO, 1));
}

#[tokio::test]
async fn a_clock_that_jumps_waits_for_no_python() {
    let builder = Dspex::builder().lm("default", ScriptedModel::new());
    let error = builder.clock(VirtualClock::auto()).start().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the configuration has 1 fault\n  \
         builder: `VirtualClock::auto` does not wait for Python workers\n           \
         hint: add `.no_python()`"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_clock_that_jumps_needs_a_runtime_of_one_thread() {
    let builder = Dspex::builder().lm("default", ScriptedModel::new()).no_python();
    let error = builder.clock(VirtualClock::auto()).start().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the configuration has 1 fault\n  \
         builder: `VirtualClock::auto` goes by the time of a current-thread runtime, and this is none\n           \
         hint: run the test with `#[tokio::test]`, without `flavor = \"multi_thread\"`"
    );
}
