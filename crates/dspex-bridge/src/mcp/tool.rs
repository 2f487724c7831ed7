//! One tool of a server, as a [`Tool`].

use std::sync::Arc;

use dspex_signature::{Fields, Observation, Tool, ToolError, Value};
use rmcp::model::{CallToolRequestParams, CallToolResponse, JsonObject, Tool as ListedTool};
use tokio::time::timeout;

use super::error::McpErrorKind;
use super::server::Connection;
use super::{arguments, failure, mcp_text, result};
use crate::llm::json::json;

/// The tool, which keeps the connection.
pub(super) fn of(connection: &Arc<Connection>, listed: ListedTool) -> Result<Tool, McpErrorKind> {
    let name = listed.name.into_owned();
    let schemas = schemas(&listed.input_schema)
        .map_err(|reason| McpErrorKind::Tool { tool: name.clone(), reason })?;
    let desc = listed.description.unwrap_or_default();
    let (connection, called, known) = (connection.clone(), name.clone(), Arc::new(schemas.clone()));
    Ok(Tool::from_schemas(name, desc, schemas, move |arguments| {
        let (connection, name, schemas) = (connection.clone(), called.clone(), known.clone());
        Box::pin(async move {
            let arguments = sent(arguments::converted(&schemas, arguments)?)?;
            connection.call(name, arguments).await
        })
    }))
}

fn schemas(input: &JsonObject) -> Result<Fields, String> {
    // Through text, so that numbers are read as Python reads them.
    let text = serde_json::to_string(input).map_err(|error| error.to_string())?;
    match Value::from_json(&text) {
        Ok(Value::Map(input)) => arguments::schemas(&input),
        Ok(_) => Err("its input schema is no object".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

/// The arguments on the wire.
fn sent(arguments: Fields) -> Result<JsonObject, ToolError> {
    let argument = |(name, value): (String, Value)| match json(&value) {
        Ok(json) => Ok((name, json)),
        Err(why) => Err(ToolError::new(format!("argument `{name}` {why}"))),
    };
    arguments.into_iter().map(argument).collect()
}

impl Connection {
    /// Calls a tool; who stops to wait tells the server so.
    async fn call(&self, name: String, arguments: JsonObject) -> Observation {
        let during = format!("calling `{name}`");
        let request = CallToolRequestParams::new(name).with_arguments(arguments);
        let limit = self.limits.call_timeout;
        let answer = self.place.watched(self.service.peer().call_tool_once(request));
        let kind = match timeout(limit, answer).await {
            Ok(Ok(CallToolResponse::Complete(came))) => {
                return result::observation(came, self.limits.wants_data);
            }
            Ok(Ok(CallToolResponse::InputRequired(_))) => McpErrorKind::NotSupportedYet {
                what: format!("it asks for more input while {during}"),
            },
            Ok(Ok(_)) => McpErrorKind::NotSupportedYet {
                what: format!("it answers with a task in place of a result while {during}"),
            },
            Ok(Err(error)) => failure::of_service(&error, during),
            Err(_) => McpErrorKind::Timeout { during, after: limit },
        };
        let error = self.place.error(kind).await;
        let told = match error.kind() {
            McpErrorKind::Refused { message, .. } => mcp_text::refused(message),
            _ => error.to_string(),
        };
        Err(ToolError::new(told).with_source(error))
    }
}
