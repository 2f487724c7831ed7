//! The native engine with a scripted model: what it runs, delegates and declines.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use dspex_bridge::llm::{
    Completion, CompletionRequest, LanguageModel, Lm, LmCapabilities, LmError, LmErrorKind,
    Logprob, Models, OpenAi, ResponseFormat, Retry, Sampling, ScriptedModel, TokenLogprob,
};
use dspex_bridge::{
    CallContext, CallError, CallErrorKind, Capability, Engine, EngineKind, Exactness, ModuleKind,
    ModuleSpec, NativeEngine, Outcome, ParseDelegate,
};
use dspex_signature::{Adapter, Fields, Signature, fields};
use dspex_telemetry::{Event, RecentEvents, Recorder};

fn module(kind: ModuleKind, signature: &str) -> ModuleSpec {
    ModuleSpec::new(kind, Arc::new(Signature::parse(signature).unwrap()))
}

fn engine(model: impl LanguageModel) -> NativeEngine {
    NativeEngine::new(Models::new().with("default", Arc::new(model)), None)
}

fn context() -> CallContext {
    CallContext::new(Recorder::new())
}

async fn run(
    engine: &NativeEngine,
    module: ModuleSpec,
    inputs: &Fields,
    context: &CallContext,
) -> Result<Outcome, CallError> {
    engine.prepare(&Arc::new(module)).unwrap().run(inputs, context).await
}

#[tokio::test]
async fn predict_answers_with_usage_and_path() {
    let model = ScriptedModel::new().text("[[ ## answer ## ]]\n4\n\n[[ ## completed ## ]]");
    let engine = engine(model.clone());
    let module = module(ModuleKind::Predict, "question -> answer: int");
    let outcome =
        run(&engine, module, &fields! { "question" => "2+2?" }, &context()).await.unwrap();
    assert_eq!(outcome.get::<i64>("answer"), Ok(4));
    let meta = outcome.meta();
    assert_eq!((meta.engine, meta.lm.as_str()), (EngineKind::Native, "scripted/model"));
    assert!(meta.usage.output_tokens > 0);
    assert_eq!(meta.path.iter().map(|step| step.what.as_str()).collect::<Vec<_>>(), ["native"]);
    let messages = &model.requests()[0].messages;
    assert!(messages[1].text().starts_with("[[ ## question ## ]]\n2+2?"), "{messages:?}");
}

#[tokio::test]
async fn chain_of_thought_asks_for_reasoning_first() {
    let model = ScriptedModel::new()
        .text("[[ ## reasoning ## ]]\nAdd.\n\n[[ ## answer ## ]]\n4\n\n[[ ## completed ## ]]");
    let engine = engine(model);
    let module = module(ModuleKind::ChainOfThought, "question -> answer");
    let outcome =
        run(&engine, module, &fields! { "question" => "2+2?" }, &context()).await.unwrap();
    assert_eq!(outcome.into_inner(), fields! { "reasoning" => "Add.", "answer" => "4" });
}

#[tokio::test]
async fn a_missing_input_is_refused_before_anything_is_sent() {
    let model = ScriptedModel::new();
    let engine = engine(model.clone());
    let module = module(ModuleKind::Predict, "question, k: int -> answer");
    let error = run(&engine, module, &fields! { "question" => "?" }, &context()).await.unwrap_err();
    assert_eq!(error.to_string(), "input `k` should be `int`, found `no such field`");
    assert!(model.requests().is_empty());
}

#[tokio::test]
async fn what_dspy_refuses_is_a_parse_error_with_the_usage() {
    let model = ScriptedModel::new().text("[[ ## one ## ]]\n1").text("some words");
    let engine = engine(model);
    let module = module(ModuleKind::Predict, "question -> one, two");
    let error = run(&engine, module, &fields! { "question" => "?" }, &context()).await.unwrap_err();
    let CallErrorKind::Parse { missing, message, .. } = error.kind() else { panic!("{error:?}") };
    assert_eq!(missing, &["one", "two"]);
    assert!(!message.contains("words"), "the completion is private: {message}");
    assert!(error.is_retryable() && error.spent().usage.output_tokens > 0);
}

#[tokio::test]
async fn a_completion_without_text_is_a_parse_error() {
    let engine = engine(ScriptedModel::new().text("").text(""));
    let module = module(ModuleKind::Predict, "question -> answer");
    let error = run(&engine, module, &fields! { "question" => "?" }, &context()).await.unwrap_err();
    assert_eq!(error.to_string(), "the model wrote nothing");
}

/// What the two ways of asking give: completions in order, and what comes of them.
async fn asked_twice(
    adapter: Adapter,
    first: &str,
    second: &str,
) -> (ScriptedModel, Result<Outcome, CallError>) {
    let model = ScriptedModel::new().can(LmCapabilities::schemas()).text(first).text(second);
    let mut module = module(ModuleKind::Predict, "question -> answer: int");
    module.adapter = adapter;
    let question = fields! { "question" => "2+2?" };
    let result = run(&engine(model.clone()), module, &question, &context()).await;
    (model, result)
}

#[tokio::test]
async fn what_chat_and_xml_cannot_read_is_asked_for_as_json() {
    for adapter in [Adapter::Chat, Adapter::Xml] {
        for unread in ["four", ""] {
            let (model, outcome) = asked_twice(adapter, unread, r#"{"answer": 4}"#).await;
            let outcome = outcome.unwrap();
            assert_eq!(outcome.get::<i64>("answer"), Ok(4));
            assert_eq!(outcome.meta().path.len(), 2);
            assert!(outcome.meta().path[0].failed.is_some(), "{:?}", outcome.meta().path);
            let [first, second] = &model.requests()[..] else { panic!("two requests") };
            assert_eq!(first.response_format, None);
            let Some(ResponseFormat::JsonSchema { name, schema }) = &second.response_format else {
                panic!("{second:?}")
            };
            assert_eq!(name, "DSPyProgramOutputs");
            assert_eq!(
                schema.to_json(),
                r#"{"additionalProperties": false, "properties": {"answer": {"title": "Answer", "type": "integer"}}, "required": ["answer"], "title": "DSPyProgramOutputs", "type": "object"}"#
            );
        }
    }
}

#[tokio::test]
async fn json_is_asked_for_once() {
    let (model, failed) = asked_twice(Adapter::Json, "four", r#"{"answer": 4}"#).await;
    assert!(matches!(failed.unwrap_err().kind(), CallErrorKind::Parse { .. }));
    assert_eq!(model.requests().len(), 1);
    let (model, failed) = asked_twice(Adapter::Chat, "four", "five").await;
    let failed = failed.unwrap_err();
    assert!(matches!(failed.kind(), CallErrorKind::Parse { .. }));
    assert_eq!((model.requests().len(), failed.path().len()), (2, 2));
}

#[tokio::test]
async fn the_form_of_the_answer_is_what_the_model_can_be_held_to() {
    let open = "question -> scores: dict[str, int]";
    let object = Some(ResponseFormat::JsonObject);
    let mut only_objects = LmCapabilities::schemas();
    only_objects.schema = false;
    for (can, signature, expected) in [
        (LmCapabilities::NONE, open, None),
        (only_objects, "question -> answer: int", object.clone()),
        (LmCapabilities::schemas(), open, object),
    ] {
        let model = ScriptedModel::new().can(can).text("{}");
        let mut module = module(ModuleKind::Predict, signature);
        module.adapter = Adapter::Json;
        let question = fields! { "question" => "?" };
        let _ = run(&engine(model.clone()), module, &question, &context()).await;
        assert_eq!(model.requests()[0].response_format, expected);
    }
}

#[derive(Default)]
struct Python(Mutex<Vec<String>>);

#[async_trait]
impl ParseDelegate for Python {
    async fn parse(
        &self,
        _adapter: Adapter,
        _signature: &Signature,
        completion: &str,
        _context: &CallContext,
    ) -> Result<Fields, CallError> {
        self.0.lock().unwrap().push(completion.to_owned());
        Ok(fields! { "tags" => ["a", "b"] })
    }
}

/// Half of a character, which Rust's text cannot hold: only DSPy can tell what becomes of it.
const UNSURE: &str = "[[ ## tags ## ]]\n[\"a\", \"b\\ud83d\"]\n\n[[ ## completed ## ]]";

#[tokio::test]
async fn what_the_parser_is_not_sure_of_is_delegated_without_a_second_completion() {
    let (model, python) = (ScriptedModel::new().text(UNSURE), Arc::new(Python::default()));
    let models = Models::new().with("default", Arc::new(model.clone()));
    let engine = NativeEngine::new(models, Some(python.clone()));
    let events = Arc::new(RecentEvents::new(8));
    let context = CallContext::new(Recorder::new().with(events.clone()));
    let module = module(ModuleKind::Predict, "text -> tags: list[str]");
    let outcome = run(&engine, module, &fields! { "text" => "x" }, &context).await.unwrap();
    assert_eq!(outcome.get::<Vec<String>>("tags").unwrap(), ["a", "b"]);
    assert_eq!(python.0.lock().unwrap().as_slice(), [UNSURE]);
    assert_eq!(model.requests().len(), 1);
    let path: Vec<_> = outcome.meta().path.iter().map(|step| step.what.as_str()).collect();
    assert_eq!(path, ["native", "python parse"]);
    let delegated = |event: &Event| matches!(event, Event::ParseDelegated { .. });
    assert_eq!(events.events().iter().filter(|event| delegated(event)).count(), 1);
}

#[test]
fn what_may_be_delegated_is_said_beforehand() {
    let python = || Some(Arc::new(Python::default()) as Arc<dyn ParseDelegate>);
    let capability = |adapter, signature, python| {
        let models = Models::new().with("default", Arc::new(ScriptedModel::new()));
        let mut module = module(ModuleKind::Predict, signature);
        module.adapter = adapter;
        NativeEngine::new(models, python).prepare(&Arc::new(module)).unwrap().capability()
    };
    let delegates = Capability::Delegates("the parsing of unusual values".into());
    let (text, number) = ("question -> answer", "question -> answer: int");
    assert_eq!(capability(Adapter::Chat, text, python()), Capability::Exact);
    assert_eq!(capability(Adapter::Chat, number, python()), delegates);
    assert_eq!(capability(Adapter::Json, text, python()), delegates);
    let approximates = Capability::Approximates("the parsing of unusual values".into());
    assert_eq!(capability(Adapter::Chat, text, None), Capability::Exact);
    assert_eq!(capability(Adapter::Json, text, None), approximates);
    assert_eq!(capability(Adapter::Xml, number, None), approximates);
}

/// The events, and what came of a completion that is read by an engine with this delegate.
async fn read_with(
    signature: &str,
    completions: &[&str],
    python: Option<Arc<dyn ParseDelegate>>,
) -> (Vec<Event>, Result<Outcome, CallError>) {
    let model = completions.iter().fold(ScriptedModel::new(), |model, text| model.text(*text));
    let engine = NativeEngine::new(Models::new().with("default", Arc::new(model)), python);
    let events = Arc::new(RecentEvents::new(8));
    let context = CallContext::new(Recorder::new().with(events.clone()));
    let module = module(ModuleKind::Predict, signature);
    let result = run(&engine, module, &fields! { "text" => "x" }, &context).await;
    (events.events(), result)
}

fn n_approximated(events: &[Event]) -> usize {
    events.iter().filter(|event| matches!(event, Event::ParseApproximated { .. })).count()
}

#[tokio::test]
async fn without_python_an_unsure_parse_is_approximate_and_says_so() {
    let (events, outcome) = read_with("text -> tags: list[str]", &[UNSURE], None).await;
    let outcome = outcome.unwrap();
    assert_eq!(outcome.get::<Vec<String>>("tags").unwrap(), ["a", "b\u{fffd}"]);
    let meta = outcome.meta();
    assert_eq!(meta.exactness, Exactness::Approximate);
    let path: Vec<_> = meta.path.iter().map(|step| step.what.as_str()).collect();
    assert_eq!(path, ["native", "approximate parse"]);
    assert_eq!(n_approximated(&events), 1);

    let sure = "[[ ## tags ## ]]\n[\"a\"]\n\n[[ ## completed ## ]]";
    let (events, outcome) = read_with("text -> tags: list[str]", &[sure], None).await;
    assert_eq!(outcome.unwrap().meta().exactness, Exactness::Exact);
    assert_eq!(n_approximated(&events), 0);
}

#[tokio::test]
async fn what_is_most_likely_refused_is_asked_for_again() {
    // Half a character in what should be numbers: whatever becomes of it is no number.
    let completions = ["[[ ## n ## ]]\n[1, \"\\ud83d\"]", r#"{"n": [1]}"#];
    let (events, outcome) = read_with("text -> n: list[int]", &completions, None).await;
    let outcome = outcome.unwrap();
    assert_eq!(outcome.get::<Vec<i64>>("n").unwrap(), [1]);
    assert_eq!(outcome.meta().exactness, Exactness::Approximate);
    assert_eq!(n_approximated(&events), 1);
}

#[tokio::test]
async fn without_python_what_has_no_likely_reading_is_a_parse_error() {
    let items = "[[ ## items ## ]]\n[1, 2]\n\n[[ ## completed ## ]]";
    let (events, result) = read_with("text -> items: Iterable[int]", &[items], None).await;
    let error = result.unwrap_err();
    let message = error.to_string();
    assert!(message.starts_with("only Python can tell what the completion says: "), "{message}");
    assert!(error.is_retryable());
    assert_eq!(n_approximated(&events), 0);
}

/// Python that does not get to parse anything.
struct Busy;

#[async_trait]
impl ParseDelegate for Busy {
    async fn parse(
        &self,
        _adapter: Adapter,
        _signature: &Signature,
        _completion: &str,
        _context: &CallContext,
    ) -> Result<Fields, CallError> {
        let (waited, retry_after) = (Duration::from_secs(2), Duration::from_secs(1));
        Err(CallErrorKind::Overloaded { pool: "general".into(), waited, retry_after }.into())
    }
}

#[tokio::test]
async fn a_completion_is_not_lost_to_a_pool_that_cannot_take_it() {
    let busy = || Some(Arc::new(Busy) as Arc<dyn ParseDelegate>);
    let (events, outcome) = read_with("text -> tags: list[str]", &[UNSURE], busy()).await;
    let outcome = outcome.unwrap();
    assert_eq!(outcome.meta().exactness, Exactness::Approximate);
    let path: Vec<_> = outcome.meta().path.iter().map(|step| step.what.as_str()).collect();
    assert_eq!(path, ["native", "python parse", "approximate parse"]);
    assert_eq!(n_approximated(&events), 1);

    let items = "[[ ## items ## ]]\n[1, 2]\n\n[[ ## completed ## ]]";
    let (_, result) = read_with("text -> items: Iterable[int]", &[items], busy()).await;
    assert!(matches!(result.unwrap_err().kind(), CallErrorKind::Overloaded { .. }));
}

#[tokio::test]
async fn a_failing_model_and_a_passed_deadline_are_told_apart() {
    let failing = engine(ScriptedModel::new().fail(LmErrorKind::RateLimited));
    let spec = module(ModuleKind::Predict, "question -> answer");
    let question = fields! { "question" => "?" };
    let error = run(&failing, spec.clone(), &question, &context()).await.unwrap_err();
    assert!(matches!(error.kind(), CallErrorKind::Lm(_)), "{error:?}");

    // Nobody accepts this connection: the backlog takes it and no answer ever comes.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base_url = format!("http://{}/v1", listener.local_addr().unwrap());
    let silent = engine(OpenAi::new("m").no_key().base_url(base_url));
    let context = context().within(Duration::from_millis(30));
    let error = run(&silent, spec, &question, &context).await.unwrap_err();
    assert!(matches!(error.kind(), CallErrorKind::Deadline { .. }), "{error:?}");
}

#[track_caller]
fn declined(change: impl FnOnce(&mut ModuleSpec), expected: &str) {
    let mut module = module(ModuleKind::Predict, "question -> answer");
    change(&mut module);
    let unsupported = engine(ScriptedModel::new()).prepare(&Arc::new(module)).err().unwrap();
    assert_eq!(unsupported.why, expected);
}

#[test]
fn what_is_not_native_is_declined_with_the_reason() {
    declined(
        |module| module.kind = ModuleKind::Python("dspy.ReAct".into()),
        "only Python knows `dspy.ReAct`",
    );
    declined(
        |module| module.sampling.extra = fields! { "response_format" => fields! {} },
        "`response_format` as a parameter is not native yet",
    );
    declined(
        |module| {
            module.signature = Arc::new(Signature::parse("q -> calls: dspy.ToolCalls").unwrap());
        },
        "output `calls` of type `dspy.ToolCalls` is not native yet",
    );
    declined(
        |module| module.sampling.extra = fields! { "logprobs" => 3 },
        "`logprobs` is `3`, and should be a `bool`; `top_logprobs` is how many tokens are told",
    );
    declined(
        |module| module.lm = Lm::from("other"),
        "language model `other` is not configured; configured are: default",
    );
}

/// A model with sampling of its own.
struct SetTo(ScriptedModel, Sampling);

#[async_trait]
impl LanguageModel for SetTo {
    fn name(&self) -> &str {
        self.0.name()
    }

    fn default_sampling(&self) -> Option<&Sampling> {
        Some(&self.1)
    }

    async fn complete(
        &self,
        request: &CompletionRequest,
        context: &CallContext,
    ) -> Result<Completion, LmError> {
        self.0.complete(request, context).await
    }
}

#[tokio::test]
async fn several_completions_are_asked_for_one_after_the_other() {
    let said = |answer: &str| format!("[[ ## answer ## ]]\n{answer}\n\n[[ ## completed ## ]]");
    let model = ScriptedModel::new().text(said("4")).text(said("5")).text(said("6"));
    let mut module = module(ModuleKind::Predict, "question -> answer: int");
    module.sampling.extra.insert("n", 3);
    let inputs = fields! { "question" => "2+2?" };
    let outcome = run(&engine(model.clone()), module.clone(), &inputs, &context()).await.unwrap();
    let answers: Vec<_> = outcome.meta().completions.iter().map(|all| &all["answer"]).collect();
    assert_eq!(answers, [&4.into(), &5.into(), &6.into()]);
    assert_eq!(outcome["answer"], 4.into());
    let requests = model.requests();
    // A model that hardly varies is made warmer, and no provider is told of `n`.
    let sampled: Vec<_> = requests.iter().map(|request| request.sampling.clone()).collect();
    assert!(sampled.iter().all(|sampling| sampling.temperature == Some(0.7)), "{sampled:?}");
    assert!(!sampled[0].extra.contains("n"), "{sampled:?}");
    // A cache tells them apart.
    assert_eq!(sampled[2].extra, fields! { "rollout_id" => "#2" });

    // One that cannot be read has all of them asked for again, as JSON.
    let json = |answer: u32| format!("{{\"answer\": {answer}}}");
    let model = ScriptedModel::new().text(said("4")).text("junk").text(json(6)).text(json(7));
    module.sampling.extra.insert("n", 2);
    let outcome = run(&engine(model.clone()), module.clone(), &inputs, &context()).await.unwrap();
    assert_eq!((&outcome["answer"], model.requests().len()), (&6.into(), 4));
    assert_eq!(outcome.meta().completions.len(), 2);

    // A model that is set to several is asked for each of them in turn, unless the module says otherwise.
    let mut usual = Sampling::default();
    usual.extra.insert("n", 2);
    for (given, n_asked, temperature) in [(None, 2, Some(0.7)), (Some(1), 1, None)] {
        let model = ScriptedModel::new().text(said("4")).text(said("5"));
        let set = SetTo(model.clone(), usual.clone());
        module.sampling = Sampling::default();
        if let Some(n) = given {
            module.sampling.extra.insert("n", n);
        }
        let outcome = run(&engine(set), module.clone(), &inputs, &context()).await;
        assert_eq!(
            outcome.unwrap().meta().completions.len(),
            if n_asked > 1 { n_asked } else { 0 }
        );
        let requests = model.requests();
        assert_eq!((requests.len(), requests[0].sampling.temperature), (n_asked, temperature));
    }

    module.sampling.extra.insert("n", 0);
    let refused = engine(ScriptedModel::new()).prepare(&Arc::new(module)).err().unwrap();
    assert_eq!(refused.to_string(), "`n` is `0`, and should be 1 or more");
}

#[tokio::test]
async fn how_likely_tokens_were_is_told_of_each_completion() {
    let scored = |answer: &str, logprob: f64| {
        let mut completion =
            Completion::text(format!("[[ ## answer ## ]]\n{answer}\n\n[[ ## completed ## ]]"));
        let mut token = TokenLogprob::default();
        token.chosen = Logprob::new(answer, logprob);
        completion.logprobs = vec![token];
        completion
    };
    let ask = async |extra: Fields| {
        let model =
            ScriptedModel::new().completion(scored("4", -0.5)).completion(scored("5", -1.5));
        let mut module = module(ModuleKind::Predict, "question -> answer: int");
        module.sampling.extra = extra;
        let inputs = fields! { "question" => "2+2?" };
        let outcome = run(&engine(model), module, &inputs, &context()).await.unwrap();
        let told = outcome.meta().logprobs.iter();
        told.map(|tokens| tokens[0].chosen.clone()).collect::<Vec<_>>()
    };
    let (four, five) = (Logprob::new("4", -0.5), Logprob::new("5", -1.5));
    assert_eq!(ask(fields! { "logprobs" => true }).await, std::slice::from_ref(&four));
    assert_eq!(ask(fields! { "logprobs" => true, "n" => 2 }).await, [four, five]);
    assert_eq!(ask(fields! { "logprobs" => false }).await, []);
    assert_eq!(ask(Fields::new()).await, []);
}

#[tokio::test]
async fn a_model_that_varies_keeps_its_temperature() {
    let mut sampling = Sampling::default();
    sampling.temperature = Some(0.5);
    let warm = OpenAi::new("gpt-4o-mini").sampling(sampling.clone());
    // What stands around a model samples as the model does.
    let around = Lm::new(warm).with(Retry::default()).or_else(ScriptedModel::new());
    let resolved = Models::new().resolve(&around).unwrap();
    assert_eq!(resolved.default_sampling(), Some(&sampling));
    let all_of = Models::new().with("default", resolved);
    let mut module = module(ModuleKind::Predict, "question -> answer");
    module.sampling.extra.insert("n", 2);
    assert!(NativeEngine::new(all_of, None).prepare(&Arc::new(module)).is_ok());
}
