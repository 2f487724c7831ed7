//! `ReAct`: a model chooses tools until it has what it needs, then it answers.

mod react_text;
mod trajectory;

use std::sync::Arc;

use async_trait::async_trait;
use dspex_signature::{Adapter, Fields, FormatError, Signature, Tool, ToolError, Value};

use super::NativeEngine;
use super::predict::{finished, taken};
use super::predictor::Predictor;
use crate::call::{
    CallContext, CallError, CallErrorKind, EngineKind, Meta, ModuleSpec, Outcome, PathStep,
};
use crate::engine::{Capability, Prepared, Unsupported};
use crate::llm::{LmError, LmErrorKind};
use react_text::{FINISH, FINISHED};
use trajectory::{TRAJECTORY, Trajectory};

/// The paths of the predictors.
const REACT: &str = "react";
const EXTRACT: &str = "extract.predict";

/// How many tools are called at most where nobody says.
const MAX_ITERS: u32 = 20;

/// How often a prompt that is too long for the model is made shorter.
const MAX_CUTS: usize = 3;

/// Exceptions that Python counts among its `ValueError`s.
const VALUE_ERRORS: [&str; 5] = [
    "ValueError",
    "ValidationError",
    "JSONDecodeError",
    "UnicodeDecodeError",
    "UnicodeEncodeError",
];

/// A `ReAct` that is ready to be called.
struct PreparedReact {
    signature: Arc<Signature>,
    adapter: Adapter,
    tools: Vec<Tool>,
    max_iters: u32,
    /// Chooses the next tool.
    react: Predictor,
    /// Answers from the trajectory.
    extract: Predictor,
    incomplete_inputs: bool,
}

/// Makes both predictors, with DSPy's instructions.
pub(super) fn prepare(
    engine: &NativeEngine,
    module: &ModuleSpec,
) -> Result<Arc<dyn Prepared>, Unsupported> {
    let tools = module.tools.clone();
    refuse(module, &tools)?;
    let unsure = |error: dspex_signature::Unsure| Unsupported::new(error.reason);
    let shape = module.shape().expect("the kind is not Python's");
    let of = |path| shape.signature(path).expect("`ReAct` has both predictors");
    let told = react_text::instructions(&module.signature, &tools).map_err(unsure)?;
    let react = of(REACT).clone().with_instructions(&told);
    Ok(Arc::new(PreparedReact {
        signature: module.signature.clone(),
        adapter: module.adapter,
        tools,
        max_iters: max_iters(&module.init)?,
        react: engine.predictor(module, REACT, &react)?,
        extract: engine.predictor(module, EXTRACT, of(EXTRACT))?,
        incomplete_inputs: engine.incomplete_inputs,
    }))
}

/// What cannot be run as it stands.
fn refuse(module: &ModuleSpec, tools: &[Tool]) -> Result<(), Unsupported> {
    let names = || tools.iter().map(Tool::name);
    let why = if let Some(path) = tools.iter().find_map(Tool::python_path) {
        format!("the tool `{path}` is a Python function, which is not called natively yet")
    } else if names().any(|name| name == FINISH) {
        format!("`{FINISH}` is the tool by which `dspy.ReAct` ends; name yours otherwise")
    } else if let Some(twice) = names().find(|name| names().filter(|it| it == name).count() > 1) {
        format!("two tools are called `{twice}`")
    } else if !module.demos.is_empty() {
        "`dspy.ReAct` has two predictors, and demos do not say whose they are".to_owned()
    } else {
        return Ok(());
    };
    Err(Unsupported::new(why))
}

/// The limit of calls among the constructor's arguments, of which there is no other.
fn max_iters(init: &Fields) -> Result<u32, Unsupported> {
    if let Some(name) = init.names().find(|name| *name != "max_iters") {
        return Err(Unsupported::new(format!("constructor argument `{name}` is Python's")));
    }
    match init.value("max_iters") {
        None => Ok(MAX_ITERS),
        // Python's `range` has nothing below zero.
        Some(Value::Int(limit)) => Ok(u32::try_from((*limit).max(0)).unwrap_or(u32::MAX)),
        Some(other) => {
            let why = format!("`max_iters` should be `int`, found `{}`", other.python_type());
            Err(Unsupported::new(why))
        }
    }
}

#[async_trait]
impl Prepared for PreparedReact {
    fn capability(&self) -> Capability {
        self.react.capability()
    }

    async fn run(&self, inputs: &Fields, context: &CallContext) -> Result<Outcome, CallError> {
        let mut meta = Meta::new(EngineKind::Native, self.react.model.name());
        let result = self.act(inputs, context, &mut meta).await;
        finished(result, meta, context)
    }
}

impl PreparedReact {
    async fn act(
        &self,
        inputs: &Fields,
        context: &CallContext,
        meta: &mut Meta,
    ) -> Result<Fields, CallError> {
        let inputs = taken(&self.signature, inputs, self.incomplete_inputs)?;
        let mut trajectory = Trajectory::default();
        for number in 0..self.max_iters {
            let asked = self.ask(&self.react, &inputs, &mut trajectory, context, meta).await;
            let chosen = match asked {
                Ok(chosen) => chosen,
                Err(error) if is_too_long(&error) || is_value_error(&error) => break,
                Err(error) => return Err(error),
            };
            let [thought, tool, arguments] = ["next_thought", "next_tool_name", "next_tool_args"]
                .map(|name| chosen.value(name).cloned().unwrap_or_default());
            let is_end = tool.as_str() == Some(FINISH);
            let observation = self.observe(&tool, &arguments, context, meta).await?;
            trajectory.push(number, [thought, tool, arguments, observation]);
            if is_end {
                break;
            }
        }
        let answer = self.ask(&self.extract, &inputs, &mut trajectory, context, meta).await?;
        let did = [(TRAJECTORY.to_owned(), Value::Map(trajectory.into_entries()))];
        Ok(did.into_iter().chain(answer).collect())
    }

    /// Asks with the trajectory, which loses its oldest steps where the prompt is too long.
    async fn ask(
        &self,
        predictor: &Predictor,
        inputs: &Fields,
        trajectory: &mut Trajectory,
        context: &CallContext,
        meta: &mut Meta,
    ) -> Result<Fields, CallError> {
        let mut cuts = 0;
        loop {
            let shown = self.adapter.show_texts(trajectory.entries());
            let shown = shown.map_err(|error| not_shown(&error))?;
            let inputs = inputs.clone().with(TRAJECTORY, shown);
            let error = match predictor.answer(&inputs, context, meta).await {
                Err(error) if is_too_long(&error) => error,
                result => return result,
            };
            cuts += 1;
            if !trajectory.cut() || cuts == MAX_CUTS {
                return Err(error);
            }
        }
    }

    /// What came of calling a tool; what goes wrong in it is for the model to read.
    async fn observe(
        &self,
        name: &Value,
        arguments: &Value,
        context: &CallContext,
        meta: &mut Meta,
    ) -> Result<Value, CallError> {
        let (name, arguments) = (name.as_str().unwrap_or_default(), arguments.as_map());
        let arguments = arguments.cloned().unwrap_or_default();
        let started = context.elapsed();
        let observed = match self.tools.iter().find(|tool| tool.name() == name) {
            Some(tool) => context.bound(tool.call(arguments)).await?,
            None => finish(&arguments),
        };
        let took = context.elapsed().saturating_sub(started);
        let failed = observed.as_ref().err().map(ToString::to_string);
        meta.path.push(PathStep::new(format!("tool {name}"), took, failed));
        Ok(observed.unwrap_or_else(|error| react_text::failed(name, &error.to_string()).into()))
    }
}

fn finish(arguments: &Fields) -> Result<Value, ToolError> {
    match arguments.names().next() {
        Some(name) => Err(ToolError::new(react_text::unknown_argument(name))),
        None => Ok(FINISHED.into()),
    }
}

/// Whether the prompt was longer than the model reads.
fn is_too_long(error: &CallError) -> bool {
    let kind = error.kind();
    matches!(kind, CallErrorKind::Lm(LmError { kind: LmErrorKind::ContextTooLong, .. }))
}

/// Whether DSPy takes this for a choice of no tool, and answers from what it has.
fn is_value_error(error: &CallError) -> bool {
    match error.kind() {
        CallErrorKind::Python(raised) => {
            let class = raised.type_name.rsplit('.').next().unwrap_or_default();
            VALUE_ERRORS.contains(&class)
        }
        _ => false,
    }
}

/// What a tool answered cannot be shown; DSPy raises `TypeError` here.
fn not_shown(error: &FormatError) -> CallError {
    let what = format!(
        "showing what a tool answered: {error}; a tool may answer with one value, a map, or a list \
         of texts"
    );
    CallErrorKind::NotSupportedYet { what }.into()
}
