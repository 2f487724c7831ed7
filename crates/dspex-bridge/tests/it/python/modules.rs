//! DSPy's modules in a worker, with completions from a Rust model.

use std::sync::Arc;
use std::time::Duration;

use dspex_bridge::llm::{
    Completion, Logprob, ResponseFormat, Sampling, ScriptedModel, TokenLogprob,
};
use dspex_bridge::python::PoolConfig;
use dspex_bridge::{CallErrorKind, CallEvent, Engine, ModuleKind, ModuleSpec, ParseDelegate};
use dspex_signature::{Adapter, Signature, Value, fields};
use futures_util::StreamExt as _;

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
async fn python_is_told_how_likely_tokens_were() {
    let mut token = TokenLogprob::default();
    token.chosen = Logprob::new("x", -0.5);
    token.chosen.bytes = Some(b"x".to_vec());
    token.top = vec![Logprob::new("y", -1.5)];
    let mut completion = Completion::text("[[ ## a ## ]]\nx\n\n[[ ## completed ## ]]");
    completion.logprobs = vec![token];
    let model = ScriptedModel::new().completion(completion.clone()).completion(completion);
    let workers = with_user_modules(model);
    let kind = || ModuleKind::Python("golden_modules.Scored".to_owned());
    let whole = workers.run(kind(), "->", fields! { "q" => "?" }).await.unwrap();
    let module = ModuleSpec::new(kind(), Arc::new(Signature::parse("->").unwrap()));
    let prepared = workers.engine.prepare(&Arc::new(module)).unwrap();
    let events = prepared.stream(fields! { "q" => "?" }, workers.context.clone());
    let Some(Ok(CallEvent::Done(streamed))) = events.collect::<Vec<_>>().await.pop() else {
        panic!("a stream ends with the answer")
    };
    for outcome in [whole, streamed] {
        assert_eq!(
            outcome.value("logprobs").unwrap().to_json(),
            r#"{"content": [{"token": "x", "logprob": -0.5, "bytes": [120], "top_logprobs": [{"token": "y", "logprob": -1.5, "bytes": null}]}]}"#
        );
    }
}

#[tokio::test]
async fn what_a_worker_printed_is_kept_for_its_errors() {
    let workers = with_user_modules(ScriptedModel::new());
    let kind = ModuleKind::Python("golden_modules.Raises".to_owned());
    workers.run(kind, "->", fields! {}).await.unwrap_err();
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
