//! Python functions as tools of a native `ReAct`.

use async_trait::async_trait;
use dspex_signature::{Fields, Value, fields};

use super::PythonEngine;
use crate::call::{CallContext, CallError, CallErrorKind};
use crate::engine::{ToldTool, ToolDelegate};

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

fn unreadable(method: &str) -> CallError {
    let message = format!("the answer of `{method}` is not as it should be");
    CallErrorKind::Protocol { message }.into()
}
