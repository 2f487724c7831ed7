//! `ReAct`: a model chooses tools until it has what it needs, then it answers.

mod react_text;
mod tools;
mod trajectory;

use std::borrow::Cow;
use std::sync::Arc;

use async_trait::async_trait;
use dspex_signature::{Fields, FormatError, ProgramShape, Tool, Value};
use tokio::sync::OnceCell;

use super::NativeEngine;
use super::predict::{finished, taken};
use super::predictor::Predictor;
use super::telling;
use crate::call::{
    CallContext, CallError, CallErrorKind, CallEvent, CallEvents, EngineKind, Meta, ModuleSpec,
    Outcome, PathStep, Teller,
};
use crate::engine::{Capability, Prepared, Unsupported};
use crate::llm::{LmError, LmErrorKind};
use react_text::FINISH;
#[cfg(feature = "python")]
pub(crate) use react_text::failed;
use tools::ReadyTool;
pub(crate) use tools::refuse;
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
    engine: NativeEngine,
    module: Arc<ModuleSpec>,
    max_iters: u32,
    /// What chooses the next tool; made at the first call where Python describes a tool.
    choice: OnceCell<Choice>,
    /// Answers from the trajectory.
    extract: Predictor,
}

/// What chooses the next tool, and from which.
struct Choice {
    react: Predictor,
    tools: Vec<ReadyTool>,
}

/// Makes both predictors, with DSPy's instructions.
pub(super) fn prepare(
    engine: &NativeEngine,
    module: &Arc<ModuleSpec>,
) -> Result<Arc<dyn Prepared>, Unsupported> {
    refuse(&module.tools, engine.tools.is_some())?;
    if !module.demos.is_empty() {
        let why = "`dspy.ReAct` has two predictors, and demos do not say whose they are";
        return Err(Unsupported::new(why));
    }
    let shape = module.shape().expect("the kind is not Python's");
    let extract = shape.signature(EXTRACT).expect("`ReAct` has both predictors");
    let choice = match tools::ready(&module.tools)? {
        Some(tools) => OnceCell::new_with(Some(Choice::new(engine, module, tools)?)),
        None => OnceCell::new(),
    };
    Ok(Arc::new(PreparedReact {
        max_iters: max_iters(&module.init)?,
        extract: engine.predictor(module, EXTRACT, extract)?,
        engine: engine.clone(),
        module: module.clone(),
        choice,
    }))
}

impl Choice {
    fn new(
        engine: &NativeEngine,
        module: &ModuleSpec,
        tools: Vec<ReadyTool>,
    ) -> Result<Self, Unsupported> {
        let names = tools.iter().map(|tool| tool.name.as_str());
        let shape = ProgramShape::react(&module.signature, names);
        let react = shape.signature(REACT).expect("`ReAct` has both predictors");
        let told: Vec<&str> = tools.iter().map(|tool| tool.told.as_str()).collect();
        let told = react_text::instructions(&module.signature, &told);
        let react = engine.predictor(module, REACT, &react.clone().with_instructions(&told))?;
        Ok(Self { react, tools })
    }
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
        match self.module.tools.iter().find_map(Tool::python_path) {
            Some(path) => Capability::Delegates(format!("the tool `{path}`")),
            None => self.extract.capability(),
        }
    }

    async fn run(&self, inputs: &Fields, context: &CallContext) -> Result<Outcome, CallError> {
        let mut meta = Meta::new(EngineKind::Native, self.extract.model.name());
        let result = self.act(inputs, context, &mut meta).await;
        finished(result, meta, context)
    }

    fn stream(self: Arc<Self>, inputs: Fields, context: CallContext) -> CallEvents {
        telling::events(self, inputs, context)
    }
}

impl PreparedReact {
    /// What chooses the next tool; Python is asked once what it has to say of its functions.
    async fn choice(&self, context: &CallContext) -> Result<&Choice, CallError> {
        let make = async || {
            let python =
                self.engine.tools.as_ref().expect("it was there when the module was prepared");
            let tools = tools::described(&self.module.tools, python, context).await?;
            let choice = Choice::new(&self.engine, &self.module, tools);
            choice.map_err(|refused| CallErrorKind::NotSupportedYet { what: refused.why }.into())
        };
        self.choice.get_or_try_init(make).await
    }

    async fn act(
        &self,
        inputs: &Fields,
        context: &CallContext,
        meta: &mut Meta,
    ) -> Result<Fields, CallError> {
        let inputs = taken(&self.module.signature, inputs, self.engine.incomplete_inputs)?;
        let Choice { react, tools } = self.choice(context).await?;
        let mut trajectory = Trajectory::default();
        // What is chosen is told as a step, once it is done.
        let quiet = match context.teller().has_reader() {
            true => Cow::Owned(context.clone().with_teller(Teller::default())),
            false => Cow::Borrowed(context),
        };
        for number in 0..self.max_iters {
            let asked = self.ask(react, &inputs, &mut trajectory, &quiet, meta).await;
            let chosen = match asked {
                Ok(chosen) => chosen,
                Err(error) if is_too_long(&error) || is_value_error(&error) => break,
                Err(error) => return Err(error),
            };
            let [thought, tool, arguments] = ["next_thought", "next_tool_name", "next_tool_args"]
                .map(|name| chosen.value(name).cloned().unwrap_or_default());
            let is_end = tool.as_str() == Some(FINISH);
            let observation = self.observe(tools, &tool, &arguments, context, meta).await?;
            trajectory.push(number, [thought, tool, arguments, observation]);
            if context.teller().has_reader()
                && let Some(step) = trajectory.step(number)
            {
                context.teller().tell(CallEvent::Step(step)).await;
            }
            if is_end {
                break;
            }
        }
        let answer = self.ask(&self.extract, &inputs, &mut trajectory, context, meta).await?;
        // As in DSPy, whose prediction holds the first of several answers alone.
        meta.completions.clear();
        meta.logprobs.truncate(1);
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
            let shown = self.module.adapter.show_texts(trajectory.entries());
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
        tools: &[ReadyTool],
        name: &Value,
        arguments: &Value,
        context: &CallContext,
        meta: &mut Meta,
    ) -> Result<Value, CallError> {
        let (name, arguments) = (name.as_str().unwrap_or_default(), arguments.as_map());
        let arguments = arguments.cloned().unwrap_or_default();
        let started = context.elapsed();
        let python = self.engine.tools.as_ref();
        let observed = tools::call(tools, name, arguments, python, context).await?;
        let took = context.elapsed().saturating_sub(started);
        let failed = observed.as_ref().err().map(ToString::to_string);
        meta.path.push(PathStep::new(format!("tool {name}"), took, failed));
        Ok(observed.unwrap_or_else(|error| react_text::failed(name, &error.to_string()).into()))
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
