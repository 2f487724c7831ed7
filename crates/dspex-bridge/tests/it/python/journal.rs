//! What an attempt was answered, a later attempt is not paid for.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use dspex_bridge::llm::{Completion, CompletionRequest, LanguageModel, LmError, Message};
use dspex_bridge::python::{AttemptJournal, JournalError, PoolConfig};
use dspex_bridge::{CallContext, CallErrorKind, Engine as _, ModuleKind, ModuleSpec, Usage};
use dspex_signature::{Signature, fields};

use super::supervision::kill;
use super::{Workers, with_user_modules};

/// A model whose first answer DSPy cannot read, so that it asks again for JSON; the worker is killed
/// each time before it hears the second answer.
#[derive(Clone, Default)]
struct Model {
    n_asked: Arc<AtomicU32>,
    n_kills: Arc<AtomicU32>,
    pids: Arc<Mutex<Vec<u32>>>,
}

impl Model {
    fn killing(n_times: u32) -> Self {
        let model = Self::default();
        model.n_kills.store(n_times, Ordering::Relaxed);
        model
    }

    fn n_asked(&self) -> u32 {
        self.n_asked.load(Ordering::Relaxed)
    }
}

#[async_trait]
impl LanguageModel for Model {
    fn name(&self) -> &'static str {
        "killing"
    }

    async fn complete(
        &self,
        request: &CompletionRequest,
        _: &CallContext,
    ) -> Result<Completion, LmError> {
        self.n_asked.fetch_add(1, Ordering::Relaxed);
        let answer = |text: &str| {
            let mut answer = Completion::text(text);
            answer.usage = Usage::new(10, 1);
            Ok(answer)
        };
        let is_chat = |message: &Message| message.text().contains("[[ ## completed ## ]]");
        if request.messages.iter().any(is_chat) {
            return answer("no markers here");
        }
        let kill_one = |left: u32| left.checked_sub(1);
        if self.n_kills.fetch_update(Ordering::Relaxed, Ordering::Relaxed, kill_one).is_ok() {
            self.pids.lock().unwrap().iter().copied().for_each(kill);
            std::future::pending::<()>().await;
        }
        answer(r#"{"reasoning": "It rains.", "answer": "Leeds", "a": "Leeds"}"#)
    }
}

async fn workers(model: &Model) -> Workers {
    ready(Workers::start(PoolConfig::workers(1..=1), model.clone()), model).await
}

/// One worker at a time, whose id the model knows.
async fn ready(workers: Workers, model: &Model) -> Workers {
    let echo = workers.fault("faults.echo", "ready").await;
    assert_eq!(echo.unwrap(), "ready".into());
    model.pids.lock().unwrap().clone_from(&workers.stats().pids);
    workers
}

#[tokio::test]
async fn a_retry_asks_only_what_was_not_answered() {
    let model = Model::killing(1);
    let workers = workers(&model).await;
    let question = fields! { "question" => "Where?" };
    let outcome = workers.run(ModuleKind::Predict, "question -> answer", question).await.unwrap();
    assert_eq!(outcome.get::<String>("answer").unwrap(), "Leeds");
    assert_eq!(workers.stats().retries, 1);
    // The first answer; the one that never came; that one again.
    assert_eq!(model.n_asked(), 3);
    assert_eq!(outcome.meta().usage.input_tokens, 20, "each answer is counted once");
}

#[tokio::test]
async fn a_module_is_run_a_second_time_where_its_user_says_so() {
    for idempotent in [false, true] {
        let model = Model::killing(1);
        let workers = ready(with_user_modules(model.clone()), &model).await;
        let kind = ModuleKind::Python("golden_modules.Twice".to_owned());
        let mut spec = ModuleSpec::new(kind, Arc::new(Signature::parse("->").unwrap()));
        spec.idempotent = idempotent;
        let module = workers.engine.prepare(&Arc::new(spec)).unwrap();
        let outcome = module.run(&fields! { "q" => "Where?" }, &workers.context).await;
        match outcome {
            Ok(outcome) if idempotent => {
                assert_eq!(outcome.get::<String>("second").unwrap(), "Leeds");
                // Two answers to each of the two steps, and the one that never came.
                assert_eq!(model.n_asked(), 5);
            }
            Err(error) if !idempotent => {
                assert!(matches!(error.kind(), CallErrorKind::WorkerDied { .. }), "{error}");
                assert_eq!(model.n_asked(), 2);
            }
            outcome => panic!("{outcome:?}"),
        }
    }
}

/// A journal that outlives engines.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<BTreeMap<(String, String), String>>>);

impl Kept {
    fn calls(&self) -> Vec<String> {
        self.0.lock().unwrap().keys().map(|(call, _)| call.clone()).collect()
    }
}

#[async_trait]
impl AttemptJournal for Kept {
    async fn read(&self, call: &str, question: &str) -> Result<Option<String>, JournalError> {
        Ok(self.0.lock().unwrap().get(&(call.to_owned(), question.to_owned())).cloned())
    }

    async fn write(&self, call: &str, question: &str, answer: &str) -> Result<(), JournalError> {
        let key = (call.to_owned(), question.to_owned());
        self.0.lock().unwrap().insert(key, answer.to_owned());
        Ok(())
    }

    async fn forget(&self, call: &str) -> Result<(), JournalError> {
        self.0.lock().unwrap().retain(|(known, _), _| known != call);
        Ok(())
    }
}

#[tokio::test]
async fn a_call_that_is_made_again_under_its_id_pays_for_the_rest() {
    let (kept, model) = (Kept::default(), Model::killing(1));
    let call = async |tenant: &str, id: Option<&str>| {
        let mut workers = workers(&model).await;
        let engine = Arc::into_inner(workers.engine).expect("nobody else has it yet");
        workers.engine = Arc::new(engine.journal(kept.clone()));
        // Nobody but the caller tries again.
        let mut context = workers.context.clone().attempts(0).on_behalf_of(tenant);
        if let Some(id) = id {
            context = context.with_id(id);
        }
        let module = workers.prepare(ModuleKind::ChainOfThought, "question -> answer");
        let outcome = module.run(&fields! { "question" => "Where?" }, &context).await;
        let asked = model.n_asked.swap(0, Ordering::Relaxed);
        (outcome.map(|outcome| outcome.meta().usage.input_tokens), asked)
    };
    let (failed, n_asked) = call("a", Some("order-7")).await;
    let error = failed.unwrap_err();
    assert!(matches!(error.kind(), CallErrorKind::WorkerDied { .. }), "{error}");
    assert_eq!((n_asked, kept.calls()), (2, vec!["a/order-7".to_owned()]));
    // Others are asked all of it.
    assert_eq!(call("b", Some("order-7")).await.1, 2);
    assert_eq!(call("a", Some("order-8")).await.1, 2);
    assert_eq!(call("a", None).await.1, 2);
    let (done, n_asked) = call("a", Some("order-7")).await;
    assert_eq!((done.unwrap(), n_asked), (10, 1));
    assert!(kept.calls().is_empty(), "a call that has its result is forgotten");
}
