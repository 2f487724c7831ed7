//! Modules as stages, answered by engines that do as they are told.

use std::sync::Arc;

use async_trait::async_trait;
use dspex_bridge::llm::{
    Completion, CompletionRequest, LanguageModel, LmError, LmErrorKind, Models,
};
use dspex_bridge::{
    CallContext, CallError, CallErrorKind, Capability, Engine, EngineKind, Meta, ModuleKind,
    ModuleSpec, Outcome, Prepared, Unsupported, Usage,
};
use dspex_orchestrator::{ChainOfThought, Orchestrator, Predict};
use dspex_pipeline::{RanOn, StageExt, pipeline};
use dspex_signature::{Fields, fields};
use dspex_signature_macros::{FieldType, Signature};
use dspex_telemetry::{Event, RecentEvents, Recorder};

use crate::domain::{Draft, Ticket, Triaged, ticket};

/// Sort the ticket.
#[derive(Signature)]
#[signature(output = Urgency)]
struct Sort {
    text: String,
}

#[derive(Debug, FieldType)]
struct Urgency {
    urgency: u8,
}

/// Draft a reply.
#[derive(Signature)]
#[signature(output = Draft)]
struct Write {
    text: String,
    urgency: u8,
}

fn canned(urgency: Urgency) -> Draft {
    Draft { reply: format!("urgency {}", urgency.urgency) }
}

type Answer = fn(&Fields) -> Result<Fields, CallError>;

/// Runs modules of one kind, for 7 tokens in and 3 out.
struct FakeEngine {
    kind: EngineKind,
    runs: ModuleKind,
    answer: Answer,
}

impl Engine for FakeEngine {
    fn kind(&self) -> EngineKind {
        self.kind
    }

    fn prepare(&self, module: &Arc<ModuleSpec>) -> Result<Arc<dyn Prepared>, Unsupported> {
        if module.kind == self.runs {
            Ok(Arc::new(FakePrepared { kind: self.kind, answer: self.answer }))
        } else {
            Err(Unsupported::new("it is of another kind"))
        }
    }
}

struct FakePrepared {
    kind: EngineKind,
    answer: Answer,
}

#[async_trait]
impl Prepared for FakePrepared {
    fn capability(&self) -> Capability {
        Capability::Exact
    }

    async fn run(&self, inputs: &Fields, _context: &CallContext) -> Result<Outcome, CallError> {
        let mut meta = Meta::new(self.kind, "fake");
        meta.usage = Usage::new(7, 3);
        Ok(Outcome::new((self.answer)(inputs)?, meta))
    }
}

fn answers(_: &Fields) -> Result<Fields, CallError> {
    Ok(fields! { "reasoning" => "because", "urgency" => 4, "reply" => "yes" })
}

fn fails(_: &Fields) -> Result<Fields, CallError> {
    Err(LmError::new("fake", LmErrorKind::ContextTooLong).into())
}

fn forgets(_: &Fields) -> Result<Fields, CallError> {
    Ok(fields! { "reasoning" => "because" })
}

/// `Predict` runs natively, `ChainOfThought` in Python; both answer alike.
fn program(answer: Answer) -> (Arc<Orchestrator>, Arc<RecentEvents>) {
    let recent = Arc::new(RecentEvents::new(20));
    let native = FakeEngine { kind: EngineKind::Native, runs: ModuleKind::Predict, answer };
    let python = FakeEngine { kind: EngineKind::Python, runs: ModuleKind::ChainOfThought, answer };
    let orchestrator = Orchestrator::new(Recorder::new().with(recent.clone()))
        .engine(Arc::new(native))
        .engine(Arc::new(python));
    (Arc::new(orchestrator), recent)
}

fn write(answer: Answer) -> ChainOfThought<Write> {
    ChainOfThought::<Write>::chain_of_thought(program(answer).0)
}

/// What stages made, by their full names.
#[derive(Debug, FieldType)]
struct Explained {
    #[field(from = "draft.reasoning")]
    why: String,
    #[field(from = "draft.reply")]
    answer: String,
}

#[tokio::test(start_paused = true)]
async fn what_a_module_adds_is_read_by_its_full_name() {
    let (program, _) = program(answers);
    let explain = pipeline!(explain: Ticket => Explained {
        sort = Predict::<Sort>::typed(program.clone(), ModuleKind::Predict);
        draft = ChainOfThought::<Write>::chain_of_thought(program.clone());
        polish = |draft: Draft| Draft { reply: draft.reply + "!" };
    })
    .unwrap();
    let done = explain.run(ticket("late")).await.unwrap();
    assert_eq!((done.why.as_str(), done.answer.as_str()), ("because", "yes"));
}

#[tokio::test(start_paused = true)]
async fn a_stage_keeps_the_rules_of_its_module() {
    let (program, _) = program(answers);
    let sort = Predict::<Sort>::typed(program, ModuleKind::Predict);
    let calm = pipeline!(calm: Ticket => Urgency {
        sort = sort.ensure("nothing is urgent", |sorted| sorted.urgency < 3).ask_again(1);
    })
    .unwrap();
    let error = calm.run(ticket("late")).await.unwrap_err();
    assert_eq!(error.cause().to_string(), "the answer does not keep: nothing is urgent");
}

fn urgency(_: Ticket) -> Urgency {
    Urgency { urgency: 2 }
}

#[tokio::test(start_paused = true)]
async fn native_python_and_functions_stand_side_by_side() {
    let (program, recent) = program(answers);
    let triage = pipeline!(triage: Ticket => Triaged {
        sort = Predict::<Sort>::typed(program.clone(), ModuleKind::Predict);
        draft = ChainOfThought::<Write>::chain_of_thought(program.clone());
        check = |draft: Draft| draft;
    })
    .unwrap();
    let done = triage.run(ticket("late")).await.unwrap();
    assert_eq!((done.urgency, done.reply.as_str()), (4, "yes"));
    let report = done.report();
    let engines: Vec<_> = report
        .by_engine()
        .iter()
        .map(|engine| (engine.ran_on, engine.calls, engine.input_tokens, engine.output_tokens))
        .collect();
    let expected = [(RanOn::Function, 1, 0, 0), (RanOn::Native, 1, 7, 3), (RanOn::Python, 1, 7, 3)];
    assert_eq!(engines, expected);
    let events = recent.events();
    let count = |name: &str| events.iter().filter(|event| Event::name(event) == name).count();
    assert_eq!(count("stage.finished"), 3, "a pipeline reports where its first module does");
    assert_eq!(count("call.finished"), 2);
}

#[tokio::test(start_paused = true)]
async fn a_module_that_fails_is_answered() {
    for answer in [fails as Answer, forgets] {
        let triage = pipeline!(triage: Ticket => Triaged {
            sort = urgency;
            draft = write(answer).or_else(canned);
        });
        let done = triage.unwrap().run(ticket("late")).await.unwrap();
        assert_eq!(done.reply, "urgency 2");
        assert_eq!(done.report().stage("draft").unwrap().fallbacks, 1);
    }
}

#[tokio::test(start_paused = true)]
async fn the_error_of_a_module_is_kept_whole() {
    let triage = pipeline!(triage: Ticket => Triaged {
        sort = urgency;
        draft = write(fails).attempts(3);
    });
    let error = triage.unwrap().run(ticket("late")).await.unwrap_err();
    assert_eq!((error.stage(), error.is_retryable()), ("draft", false));
    let cause: &CallError = error.cause().downcast_ref().unwrap();
    assert!(
        matches!(cause.kind(), CallErrorKind::Lm(lm) if lm.kind == LmErrorKind::ContextTooLong)
    );
    let report = error.report();
    let draft = report.stage("draft").unwrap();
    assert_eq!((draft.failures, draft.ran_on.as_slice()), (1, &[(RanOn::Python, 1)][..]));
}

/// A model that is configured; no engine comes so far as to ask it.
struct NeverAsked;

#[async_trait]
impl LanguageModel for NeverAsked {
    fn name(&self) -> &'static str {
        "test/never-asked"
    }

    async fn complete(
        &self,
        _: &CompletionRequest,
        _: &CallContext,
    ) -> Result<Completion, LmError> {
        unreachable!("no engine runs the module")
    }
}

#[tokio::test(start_paused = true)]
async fn a_module_that_no_engine_runs_says_so() {
    let models = Models::new().with("default", Arc::new(NeverAsked));
    let program = Arc::new(Orchestrator::new(Recorder::new()).models(models));
    let triage = pipeline!(triage: Ticket => Urgency {
        sort = Predict::<Sort>::typed(program, ModuleKind::Predict);
    });
    let error = triage.unwrap().run(ticket("late")).await.unwrap_err();
    assert!(error.cause().to_string().contains("no engine"), "{}", error.cause());
    assert_eq!(error.report().stage("sort").unwrap().ran_on, []);
}
