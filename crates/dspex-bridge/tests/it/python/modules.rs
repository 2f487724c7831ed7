//! DSPy's modules in a worker, with completions from a Rust model.

use std::sync::Arc;
use std::time::Duration;

use dspex_bridge::llm::{LmErrorKind, ResponseFormat, Sampling, ScriptedModel};
use dspex_bridge::python::PoolConfig;
use dspex_bridge::{CallErrorKind, Engine, ModuleKind, ModuleSpec, ParseDelegate, Usage};
use dspex_signature::{Adapter, Signature, Value, fields};

use super::{Workers, with_user_modules};

const FOUR: &str =
    "[[ ## reasoning ## ]]\n2 and 2\n\n[[ ## answer ## ]]\n4\n\n[[ ## completed ## ]]";

fn one_worker(model: ScriptedModel) -> Workers {
    Workers::start(PoolConfig::workers(1..=1), model)
}

#[tokio::test]
async fn chain_of_thought_asks_the_rust_model_and_gives_its_reasoning_first() {
    let model = ScriptedModel::new().text(FOUR);
    let workers = one_worker(model.clone());
    let inputs = fields! { "question" => "2 + 2?" };
    let outcome = workers.run(ModuleKind::ChainOfThought, "question -> answer: int", inputs).await;
    let outcome = outcome.unwrap();
    assert_eq!(*outcome, fields! { "reasoning" => "2 and 2", "answer" => 4 });
    let requests = model.requests();
    assert_eq!(requests.len(), 1);
    assert_eq!(requests[0].sampling, Sampling::default());
    let user = requests[0].messages[1].text();
    assert!(user.starts_with("[[ ## question ## ]]\n2 + 2?\n"), "{user}");
    let meta = outcome.meta();
    assert_eq!(meta.path.last().unwrap().what, "python");
    assert!(meta.timing.lm <= meta.timing.total, "{:?}", meta.timing);
}

#[tokio::test]
async fn an_input_that_does_not_fit_is_refused_before_python_is_asked() {
    let workers = one_worker(ScriptedModel::new());
    let inputs = fields! { "question" => "2 + 2?", "k" => "three" };
    let outcome = workers.run(ModuleKind::ChainOfThought, "question, k: int -> answer", inputs);
    let error = outcome.await.unwrap_err();
    assert_eq!(error.to_string(), "input `k` should be `int`, found `str`");
    assert_eq!(workers.stats().started, 0);
}

#[tokio::test]
async fn demos_sampling_and_the_adapter_reach_dspy() {
    let model = ScriptedModel::new().named("openai/gpt-4o-mini").text(r#"{"a": "y"}"#);
    let workers = one_worker(model.clone());
    let signature = Arc::new(Signature::parse("q -> a").unwrap());
    let mut module = ModuleSpec::new(ModuleKind::Predict, signature);
    module.demos = vec![fields! { "q" => "one", "a" => "two" }];
    module.adapter = Adapter::Json;
    module.sampling.temperature = Some(0.25);
    module.sampling.max_tokens = Some(50);
    module.sampling.extra = fields! { "logit_bias" => fields! { "50256" => -100 } };
    let prepared = workers.engine.prepare(&Arc::new(module)).unwrap();
    let outcome = prepared.run(&fields! { "q" => "x" }, &workers.context).await.unwrap();
    assert_eq!(*outcome, fields! { "a" => "y" });
    let request = &model.requests()[0];
    assert_eq!(request.messages.len(), 4, "system, the demo's two, user");
    assert_eq!(request.messages[2].text(), "{\n  \"a\": \"two\"\n}");
    assert_eq!(request.sampling.temperature, Some(0.25));
    assert_eq!(request.sampling.max_tokens, Some(50));
    assert!(request.sampling.extra.contains("logit_bias"));
    // DSPy knows that this model can be held to a schema, and says so to Rust.
    let format = request.response_format.as_ref().unwrap();
    assert!(matches!(format, ResponseFormat::JsonSchema { .. }), "{format:?}");
}

#[tokio::test]
async fn a_failed_completion_is_the_models_own_error() {
    let workers = one_worker(ScriptedModel::new().fail(LmErrorKind::RateLimited));
    let error = workers.run(ModuleKind::Predict, "q -> a", fields! { "q" => "?" }).await;
    let error = error.unwrap_err();
    let CallErrorKind::Lm(error) = error.kind() else { panic!("{error}") };
    assert_eq!(error.kind, LmErrorKind::RateLimited);
}

#[tokio::test]
async fn a_completion_without_the_outputs_names_them_and_keeps_what_was_found() {
    let half = "[[ ## a ## ]]\nfound";
    let model = ScriptedModel::new().otherwise(half);
    let workers = one_worker(model.clone());
    let error = workers.run(ModuleKind::Predict, "q -> a, b, c", fields! { "q" => "?" }).await;
    let error = error.unwrap_err();
    let CallErrorKind::Parse { message, missing, completion } = error.kind() else {
        panic!("{error}")
    };
    assert_eq!(message, "the completion lacks the outputs `a`, `b`, `c`");
    assert_eq!(*missing, ["a", "b", "c"]);
    assert_eq!(completion, half);
    // DSPy asked again in JSON before it gave up; both completions are charged.
    assert_eq!(model.requests().len(), 2);
    assert_ne!(error.spent().usage, Usage::default());
}

#[tokio::test]
async fn the_adapter_parses_what_rust_is_not_sure_of() {
    let workers = one_worker(ScriptedModel::new());
    let signature = Signature::parse("q -> n: int, tags: list[str]").unwrap();
    let completion = "[[ ## n ## ]]\n1e3\n\n[[ ## tags ## ]]\n['a', \"b\",]";
    let parsed = workers.engine.parse(Adapter::Chat, &signature, completion, &workers.context);
    assert_eq!(parsed.await.unwrap(), fields! { "n" => 1000, "tags" => ["a", "b"] });
    let refused = workers.engine.parse(Adapter::Chat, &signature, "nothing", &workers.context);
    let refused = refused.await.unwrap_err();
    assert!(matches!(refused.kind(), CallErrorKind::Parse { .. }), "{refused}");
    let inputs = fields! { "q" => "?" };
    let messages =
        workers.engine.format(Adapter::Chat, &signature, &[], &inputs, &workers.context).await;
    assert_eq!(messages.unwrap().as_list().unwrap().len(), 2);
}

#[tokio::test]
async fn a_module_of_the_user_runs_with_its_own_signature_and_arguments() {
    let model = ScriptedModel::new()
        .text("[[ ## a ## ]]\nfirst\n\n[[ ## completed ## ]]")
        .text("[[ ## a ## ]]\nsecond\n\n[[ ## completed ## ]]");
    let workers = with_user_modules(model.clone());
    let kind = ModuleKind::Python("golden_modules.Twice".to_owned());
    let signature = Arc::new(Signature::parse("->").unwrap());
    let mut module = ModuleSpec::new(kind, signature);
    module.init = fields! { "prefix" => "> " };
    let prepared = workers.engine.prepare(&Arc::new(module)).unwrap();
    let outcome = prepared.run(&fields! { "q" => "x" }, &workers.context).await.unwrap();
    assert_eq!(*outcome, fields! { "first" => "> first", "second" => "second", "n" => 2 });
    assert!(model.requests()[1].messages[1].text().contains("first"));
}

#[tokio::test]
async fn an_exception_arrives_whole() {
    let workers = with_user_modules(ScriptedModel::new());
    let kind = ModuleKind::Python("golden_modules.Raises".to_owned());
    let error = workers.run(kind, "->", fields! {}).await.unwrap_err();
    assert_eq!(error.to_string(), "Python raised `LookupError`: no shelf 7");
    let CallErrorKind::Python(exception) = error.kind() else { panic!("{error}") };
    assert!(exception.traceback.contains("in forward"), "{}", exception.traceback);
    assert!(exception.traceback.ends_with("LookupError: no shelf 7\n"), "{}", exception.traceback);
    assert_eq!(workers.stats().pids, [exception.worker]);
    assert!(!error.is_retryable());
    // The worker goes on, and what it printed is kept.
    let tail = async {
        loop {
            let error = workers.fault("faults.none", Value::Null).await.unwrap_err();
            let CallErrorKind::Python(exception) = error.kind() else { panic!("{error}") };
            if !exception.stderr_tail.is_empty() {
                return exception.stderr_tail.clone();
            }
        }
    };
    let tail = tokio::time::timeout(Duration::from_secs(10), tail).await.unwrap();
    assert_eq!(tail, "about to fail");
}

#[tokio::test]
async fn names_outside_the_list_are_refused_on_both_sides() {
    let workers = with_user_modules(ScriptedModel::new());
    let prepare = |name: &str| {
        let signature = Arc::new(Signature::parse("q -> a").unwrap());
        let module = ModuleSpec::new(ModuleKind::Python(name.to_owned()), signature);
        workers.engine.prepare(&Arc::new(module))
    };
    let refused = prepare("os.system").err().unwrap();
    assert_eq!(refused.to_string(), "no entry of `python.allow` covers `os.system`");
    // Rust sees names only; Python sees where a class comes from.
    let workers_say = async |name: &str| {
        let prepared = prepare(name).unwrap();
        prepared.run(&fields! { "q" => "?" }, &workers.context).await.unwrap_err()
    };
    let error = workers_say("golden_modules.os.system").await;
    assert!(error.to_string().contains("`golden_modules` has no `os`"), "{error}");
    let error = workers_say("golden_modules.subprocess.Popen").await;
    assert!(error.to_string().contains("is not a subclass of `dspy.Module`"), "{error}");
    let error = workers_say("dspy.ChainOfThougt").await;
    assert!(matches!(error.kind(), CallErrorKind::NoSuchModule { .. }), "{error}");
    assert_eq!(error.to_string(), "`dspy` has no `ChainOfThougt`; did you mean `ChainOfThought`?");
    let imports = ModuleKind::Python("golden_modules.Imports".to_owned());
    let error = workers.run(imports, "->", fields! {}).await.unwrap_err();
    let CallErrorKind::MissingPackage { group, exception, .. } = error.kind() else {
        panic!("{error}")
    };
    assert_eq!(error.to_string(), "the Python package `no_such_package` is not installed");
    assert_eq!(error.hint(), Some("install it where the workers' Python finds it"));
    assert_eq!((group, &*exception.message), (&None, "install it to answer"));
}
