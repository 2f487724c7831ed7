//! Modules of the native engine over a model that takes no time, for benchmarks and the test of memory.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use dspex_bridge::llm::{Completion, CompletionRequest, LanguageModel, LmError, Models};
use dspex_bridge::{CallContext, Engine, ModuleKind, ModuleSpec, NativeEngine, Prepared};
use dspex_signature::{
    Adapter, Field, Fields, RecordType, Signature, Tool, Type, TypeTable, Value, fields,
};
use dspex_telemetry::{Event, Outcome};

pub(crate) const ANSWER: &str = "[[ ## answer ## ]]\nJane Austen\n\n[[ ## completed ## ]]";
const LINES: &str = r#"[{"item": "lamp", "quantity": 2, "price": 19.5}, {"item": "cup", "quantity": 6, "price": 2.25}, {"item": "chair", "quantity": 1, "price": 80.0}]"#;

/// A module with the inputs of each of its calls; `peer.py` has the same in DSPy.
pub(crate) struct Case {
    pub(crate) module: Arc<dyn Prepared>,
    pub(crate) inputs: Fields,
}

/// One module of each kind, under the names of their benchmarks.
pub(crate) fn cases() -> [(&'static str, Case); 5] {
    let answering = || Canned::new([ANSWER]);
    let demo = question().with("answer", "Jane Austen");
    let mut demos = predict();
    demos.demos = vec![demo; 8];
    let typed = ModuleSpec::new(ModuleKind::Predict, Arc::new(invoice()));
    let mut json = typed.clone();
    json.adapter = Adapter::Json;
    [
        ("native.predict", case(predict(), answering(), question())),
        ("native.demos", case(demos, answering(), question())),
        ("native.typed", case(typed, Canned::new([typed_completion()]), document())),
        ("native.json", case(json, Canned::new([json_completion()]), document())),
        ("native.react", case(react(), Canned::new(react_completions()), question())),
    ]
}

/// A module over a model, with the inputs of its calls.
pub(crate) fn case(module: ModuleSpec, model: impl LanguageModel, inputs: Fields) -> Case {
    let engine = NativeEngine::new(Models::new().with("default", Arc::new(model)), None);
    Case { module: engine.prepare(&Arc::new(module)).expect("the module is native"), inputs }
}

pub(crate) fn predict() -> ModuleSpec {
    ModuleSpec::new(ModuleKind::Predict, Arc::new(signature()))
}

pub(crate) fn signature() -> Signature {
    Signature::parse("question -> answer").expect("the signature is valid")
}

pub(crate) fn question() -> Fields {
    fields! { "question" => "Who wrote Emma?" }
}

fn document() -> Fields {
    fields! { "document" => "2 lamps, 6 cups and a chair" }
}

/// Four typed outputs, one of which is a list of records.
fn invoice() -> Signature {
    let line = RecordType::new(
        "Line",
        vec![
            Field::new("item", Type::Str),
            Field::new("quantity", Type::Int).with_constraint("ge", 1),
            Field::new("price", Type::Float),
        ],
    );
    let types = TypeTable::new().with("Line", Type::Record(Arc::new(line)));
    let text = "document -> supplier: str, total: float, paid: bool, lines: list[Line]";
    Signature::parse_with(text, &types).expect("the signature is valid")
}

fn typed_completion() -> String {
    format!(
        "[[ ## supplier ## ]]\nBates and daughter\n\n[[ ## total ## ]]\n132.5\n\n\
         [[ ## paid ## ]]\nTrue\n\n[[ ## lines ## ]]\n{LINES}\n\n[[ ## completed ## ]]"
    )
}

fn json_completion() -> String {
    format!(
        r#"{{"supplier": "Bates and daughter", "total": 132.5, "paid": true, "lines": {LINES}}}"#
    )
}

/// With one tool, which the model calls once before it finishes.
fn react() -> ModuleSpec {
    let args = vec![Field::new("query", Type::Str)];
    let search = Tool::from_fields("search", "Searches a library.", args, |_| {
        Box::pin(async { Ok(Value::from("Emma is a novel by Jane Austen.")) })
    });
    let mut module = ModuleSpec::new(ModuleKind::React, Arc::new(signature()));
    module.tools = vec![search];
    module
}

fn react_completions() -> [String; 3] {
    let step = |tool: &str, arguments: &str| {
        format!(
            "[[ ## next_thought ## ]]\nI use {tool}.\n\n[[ ## next_tool_name ## ]]\n{tool}\n\n\
             [[ ## next_tool_args ## ]]\n{arguments}\n\n[[ ## completed ## ]]"
        )
    };
    let answer = format!("[[ ## reasoning ## ]]\nThe library says so.\n\n{ANSWER}");
    [step("search", r#"{"query": "Emma"}"#), step("finish", "{}"), answer]
}

/// A model that says the same again and again, and reports like one that thinks.
pub(crate) struct Canned {
    completions: Vec<String>,
    n_asked: AtomicUsize,
    takes: Duration,
}

impl Canned {
    /// These completions in turn, from the first one again after the last.
    pub(crate) fn new<T: Into<String>>(completions: impl IntoIterator<Item = T>) -> Self {
        let completions = completions.into_iter().map(Into::into).collect();
        Self { completions, n_asked: AtomicUsize::new(0), takes: Duration::ZERO }
    }

    /// As slow as that.
    #[allow(dead_code, reason = "the test of memory has none that waits")]
    pub(crate) const fn taking(mut self, takes: Duration) -> Self {
        self.takes = takes;
        self
    }
}

#[async_trait]
impl LanguageModel for Canned {
    fn name(&self) -> &str {
        "canned/model"
    }

    async fn complete(
        &self,
        _: &CompletionRequest,
        context: &CallContext,
    ) -> Result<Completion, LmError> {
        if !self.takes.is_zero() {
            tokio::time::sleep(self.takes).await;
        }
        context.recorder().record(Event::LmFinished {
            lm: self.name().to_owned(),
            took: self.takes,
            input_tokens: 100,
            output_tokens: 20,
            cost_usd: None,
            outcome: Outcome::Ok,
        });
        let place = self.n_asked.fetch_add(1, Ordering::Relaxed) % self.completions.len();
        Ok(Completion::text(&*self.completions[place]))
    }
}
