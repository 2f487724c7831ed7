//! The tools of a `ReAct`: functions of Rust, and of Python by way of a worker.

use std::sync::Arc;

use dspex_signature::{Fields, Tool, ToolError, Value};

use super::react_text::{self, FINISH, FINISHED};
use crate::call::{CallContext, CallError};
use crate::engine::{ToolDelegate, Unsupported};

/// A tool that is ready to be called.
pub(super) struct ReadyTool {
    pub(super) name: String,
    /// What the model is told of it.
    pub(super) told: String,
    tool: Tool,
}

/// The tools and what the model is told of them; `None` where Python has to be asked first.
pub(super) fn ready(tools: &[Tool]) -> Result<Option<Vec<ReadyTool>>, Unsupported> {
    let ready = |tool: &Tool| match tool.python_path() {
        Some(_) => Ok(None),
        None => {
            let told = tool.told().map_err(|unsure| Unsupported::new(unsure.reason))?;
            Ok(Some(ReadyTool { name: tool.name().to_owned(), told, tool: tool.clone() }))
        }
    };
    // Every tool of Rust is told, also where one of Python's makes the whole wait.
    let ready: Vec<Option<ReadyTool>> = tools.iter().map(ready).collect::<Result<_, _>>()?;
    Ok(ready.into_iter().collect())
}

/// All tools, those of Python described by a worker.
pub(super) async fn described(
    tools: &[Tool],
    python: &Arc<dyn ToolDelegate>,
    context: &CallContext,
) -> Result<Vec<ReadyTool>, CallError> {
    let mut ready = Vec::with_capacity(tools.len());
    for tool in tools {
        let (name, told) = match tool.python_path() {
            Some(path) => {
                let told = python.describe(path, context).await?;
                (told.name, told.told)
            }
            None => {
                let told = tool.told().expect("it was told before any call");
                (tool.name().to_owned(), told)
            }
        };
        ready.push(ReadyTool { name, told, tool: tool.clone() });
    }
    Ok(ready)
}

/// What came of calling a tool by name; what goes wrong in it is for the model to read.
pub(super) async fn call(
    tools: &[ReadyTool],
    name: &str,
    arguments: Fields,
    python: Option<&Arc<dyn ToolDelegate>>,
    context: &CallContext,
) -> Result<Result<Value, ToolError>, CallError> {
    let Some(ready) = tools.iter().find(|tool| tool.name == name) else {
        return Ok(finish(&arguments));
    };
    match (ready.tool.python_path(), python) {
        (Some(path), Some(python)) => {
            let called = python.call(path, arguments, context).await?;
            Ok(called.map_err(ToolError::new))
        }
        _ => context.bound(ready.tool.call(arguments)).await,
    }
}

fn finish(arguments: &Fields) -> Result<Value, ToolError> {
    match arguments.names().next() {
        Some(name) => Err(ToolError::new(react_text::unknown_argument(name))),
        None => Ok(FINISHED.into()),
    }
}

/// What cannot be run as it stands.
pub(crate) fn refuse(tools: &[Tool], python: bool) -> Result<(), Unsupported> {
    let names = || tools.iter().map(Tool::name);
    let of_python = tools.iter().find_map(Tool::python_path).filter(|_| !python);
    let why = if let Some(path) = of_python {
        format!("the tool `{path}` is a Python function, and there is no Python to call it")
    } else if names().any(|name| name == FINISH) {
        format!("`{FINISH}` is the tool by which `dspy.ReAct` ends; name yours otherwise")
    } else if let Some(twice) = names().find(|name| names().filter(|it| it == name).count() > 1) {
        format!("two tools are called `{twice}`")
    } else {
        return Ok(());
    };
    Err(Unsupported::new(why))
}
