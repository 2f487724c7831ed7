//! Python functions as tools of a native `ReAct`, and functions of Rust as tools of modules in Python.

use async_trait::async_trait;
use dspex_signature::{Fields, Tool, Value, fields};

use super::PythonEngine;
use crate::call::{CallContext, CallError, CallErrorKind};
use crate::engine::{ToldTool, ToolDelegate};
use crate::native::failed_observation;

#[async_trait]
impl ToolDelegate for PythonEngine {
    async fn describe(&self, path: &str, context: &CallContext) -> Result<ToldTool, CallError> {
        let parameters = fields! { "function" => path };
        let told = self.ask("tool.describe", parameters.into(), true, context).await?;
        let text = |name: &str| match told.as_map().and_then(|told| told.value(name)) {
            Some(Value::Text(text)) => Ok(text.clone()),
            _ => Err(unreadable("tool.describe")),
        };
        Ok(ToldTool { name: text("name")?, told: text("told")? })
    }

    async fn call(
        &self,
        path: &str,
        arguments: Fields,
        context: &CallContext,
    ) -> Result<Result<Value, String>, CallError> {
        let parameters = fields! { "function" => path, "arguments" => arguments };
        let came = self.ask("tool.call", parameters.into(), false, context).await?;
        let Value::Map(mut came) = came else { return Err(unreadable("tool.call")) };
        match (came.remove("value"), came.remove("failed")) {
            (Some(value), None) => Ok(Ok(value)),
            (None, Some(Value::Text(failed))) => Ok(Err(failed)),
            _ => Err(unreadable("tool.call")),
        }
    }
}

/// A module's tools, as workers make them.
///
/// # Errors
/// [`CallErrorKind::NotSupportedYet`] names what no schema is known of.
pub(super) fn described(tools: &[Tool]) -> Result<Vec<Value>, CallErrorKind> {
    let described = |tool: &Tool| {
        if let Some(path) = tool.python_path() {
            return Ok(fields! { "function" => path }.into());
        }
        let args = tool.schemas();
        let args = args.map_err(|unsure| CallErrorKind::NotSupportedYet { what: unsure.reason })?;
        Ok(fields! { "name" => tool.name(), "desc" => tool.desc(), "args" => args }.into())
    };
    tools.iter().map(described).collect()
}

/// What came of calling one of the tools: its `value`, or what `failed` and how `dspy.ReAct` tells a model.
///
/// # Errors
/// The call's time is over.
pub(super) async fn called<'t>(
    mut tools: impl Iterator<Item = &'t Tool>,
    parameters: &Fields,
    context: &CallContext,
) -> Result<Fields, CallError> {
    let name = parameters["name"].as_str().unwrap_or_default();
    let Some(tool) = tools.find(|tool| tool.name() == name) else {
        let message = format!("Python calls the tool `{name}`, which it was not given");
        return Err(CallErrorKind::Protocol { message }.into());
    };
    let arguments = parameters["arguments"].as_map().cloned().unwrap_or_default();
    Ok(match context.bound(tool.call(arguments)).await? {
        Ok(value) => fields! { "value" => value },
        Err(error) => {
            let failed = error.to_string();
            let observation = failed_observation(name, &failed);
            fields! { "failed" => failed, "observation" => observation }
        }
    })
}

fn unreadable(method: &str) -> CallError {
    let message = format!("the answer of `{method}` is not as it should be");
    CallErrorKind::Protocol { message }.into()
}
