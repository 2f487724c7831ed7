//! Calls that Rust answers.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use dspex::llm::{
    Completion, CompletionRequest, LanguageModel, LmError, LmErrorKind, ScriptedModel,
};
use dspex::prelude::*;
use dspex::python::PythonConfig;
use dspex::{CallContext, CallErrorKind, EngineKind, Exactness, Priority};

/// Answer the question from the context.
#[derive(Signature)]
#[signature(output = Answer)]
struct Ask {
    question: String,
    context: Vec<String>,
}

#[derive(FieldType)]
struct Answer {
    answer: String,
    /// between 0 and 1
    #[field(ge = 0.0, le = 1.0)]
    confidence: f64,
}

fn ask() -> Ask {
    Ask { question: "Where do returns go?".into(), context: vec!["Returns go to Leeds.".into()] }
}

async fn dspex(model: &ScriptedModel) -> Dspex {
    let builder = Dspex::builder().lm("default", model.clone()).no_python();
    builder.start().await.expect("a model that is there can be started with")
}

#[tokio::test]
async fn a_typed_call_reads_like_its_answer() {
    let model = ScriptedModel::new().answer(|ask: Ask| Answer {
        answer: format!("{} See {}", ask.question, ask.context[0]),
        confidence: 0.9,
    });
    let reply = dspex(&model).await.predict::<Ask>().call(ask()).await.unwrap();
    assert_eq!(reply.answer, "Where do returns go? See Returns go to Leeds.");
    assert!((reply.confidence - 0.9).abs() < f64::EPSILON);
    assert_eq!(reply.meta().engine, EngineKind::Native);
    let requests = model.requests();
    let prompt = requests[0].messages[0].text();
    assert!(prompt.contains("Answer the question from the context."), "{prompt}");
}

#[tokio::test]
async fn chain_of_thought_has_its_reasoning_beside_the_answer() {
    let completion = "[[ ## reasoning ## ]]\nIt says so.\n\n[[ ## answer ## ]]\nLeeds\n\n\
                      [[ ## confidence ## ]]\n1.0\n\n[[ ## completed ## ]]";
    let model = ScriptedModel::new().text(completion);
    let thought = dspex(&model).await.chain_of_thought::<Ask>().call(ask()).await.unwrap();
    assert_eq!((&*thought.reasoning, &*thought.answer), ("It says so.", "Leeds"));
}

#[tokio::test]
async fn an_untyped_call_takes_and_gives_fields() {
    let completion = "[[ ## answer ## ]]\nJane Austen\n\n[[ ## sources ## ]]\n[\"title page\"]\n\n\
                      [[ ## completed ## ]]";
    let model = ScriptedModel::new().text(completion);
    let module =
        dspex(&model).await.predict_with(signature!("question -> answer, sources: list[str]"));
    let reply = module.call(fields! { "question" => "Who wrote Emma?" }).await.unwrap();
    assert_eq!(reply["answer"].as_str(), Some("Jane Austen"));
    assert_eq!(reply.get::<Vec<String>>("sources").unwrap(), ["title page"]);
    let error = reply.get::<i64>("answer").unwrap_err();
    assert_eq!(error.to_string(), "`answer` should be `int`, found `str`");
}

#[tokio::test]
async fn a_missing_input_is_named_before_the_model_is_asked() {
    let model = ScriptedModel::new();
    let module = dspex(&model).await.predict_with(signature!("question, k: int -> answer"));
    let error = module.call(fields! { "question" => "?" }).await.unwrap_err();
    assert!(matches!(error.kind(), CallErrorKind::InvalidInput(_)), "{error}");
    assert!(error.to_string().contains("`k`"), "{error}");
    assert!(model.requests().is_empty());
}

#[tokio::test]
async fn a_completion_without_the_outputs_says_which() {
    let json = r#"{"answer": "Leeds"}"#;
    let model = ScriptedModel::new().text("[[ ## answer ## ]]\nLeeds").text(json);
    let error = dspex(&model).await.predict::<Ask>().call(ask()).await.map(|_| ()).unwrap_err();
    let CallErrorKind::Parse { missing, .. } = error.kind() else { panic!("{error}") };
    assert_eq!(missing, &["confidence"]);
    assert_eq!(error.partial()["answer"].as_str(), Some("Leeds"));
    assert!(error.is_retryable());
}

#[tokio::test]
async fn a_model_that_refuses_says_so() {
    let model = ScriptedModel::new().fail(LmErrorKind::ContextTooLong);
    let error = dspex(&model).await.predict::<Ask>().call(ask()).await.map(|_| ()).unwrap_err();
    let CallErrorKind::Lm(lm) = error.kind() else { panic!("{error}") };
    assert_eq!(lm.kind, LmErrorKind::ContextTooLong);
    assert!(!error.is_retryable());
}

#[tokio::test]
async fn statistics_count_what_was_called() {
    let answer = |_: Ask| Answer { answer: "Leeds".into(), confidence: 1.0 };
    let model = ScriptedModel::new().answer(answer).answer(answer);
    let dspex = dspex(&model).await;
    let module = dspex.predict::<Ask>();
    for _ in 0..2 {
        module.call(ask()).await.unwrap();
    }
    assert_eq!(dspex.statistics().snapshot()["Ask"].engines["native"].calls, 2);
}

/// A model that keeps the context in which it is asked.
#[derive(Clone, Default)]
struct Asked(Arc<Mutex<Option<CallContext>>>);

#[async_trait]
impl LanguageModel for Asked {
    fn name(&self) -> &'static str {
        "asked"
    }

    async fn complete(
        &self,
        _: &CompletionRequest,
        context: &CallContext,
    ) -> Result<Completion, LmError> {
        *self.0.lock().expect("no test panics while it holds it") = Some(context.clone());
        Ok(Completion::text("[[ ## answer ## ]]\nLeeds\n\n[[ ## confidence ## ]]\n1.0"))
    }
}

#[tokio::test]
async fn a_model_is_told_of_which_trace_and_how_urgent_a_call_is() {
    let model = Asked::default();
    let dspex = Dspex::builder().lm("default", model.clone()).no_python().start().await.unwrap();
    let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    let call = dspex.predict::<Ask>().call(ask()).priority(Priority::High);
    call.in_trace(trace.parse().unwrap()).await.unwrap();
    let context = model.0.lock().unwrap().take().unwrap();
    assert_eq!(context.trace_parent().unwrap().as_str(), trace);
    assert_eq!(context.priority(), Priority::High);
}

#[tokio::test]
async fn without_a_python_that_can_be_asked_what_only_dspy_can_read_is_approximate() {
    // Half of a character, of which only DSPy knows what becomes.
    let tags = "[[ ## tags ## ]]\n[\"a\", \"b\\ud83d\"]\n\n[[ ## completed ## ]]";
    let model = ScriptedModel::new().otherwise(tags);
    let builder = || Dspex::builder().lm("default", model.clone());
    let elsewhere = tempfile::tempdir().unwrap();
    let broken = builder().python(PythonConfig::venv(elsewhere.path()));
    for (builder, expected) in [
        (builder().no_python(), "native: approximates the parsing of unusual values"),
        (broken, "native: delegates the parsing of unusual values"),
    ] {
        let dspex = builder.start().await.unwrap();
        let module = dspex.predict_with(signature!("text -> tags: list[str]")).named("Tags");
        let choice = module.choice().to_string();
        assert!(choice.starts_with(expected), "{choice}");
        let reply = module.call(fields! { "text" => "x" }).await.unwrap();
        assert_eq!(reply.get::<Vec<String>>("tags").unwrap(), ["a", "b\u{fffd}"]);
        assert_eq!(reply.meta().exactness, Exactness::Approximate);
        assert_eq!(dspex.statistics().snapshot()["Tags"].approximate_parses, 1);
    }
    assert_eq!(model.requests().len(), 2);
}
