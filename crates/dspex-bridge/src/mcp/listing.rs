//! The tools that a server lists, page by page.

use rmcp::Peer;
use rmcp::model::{
    ClientRequest, ListToolsRequest, PaginatedRequestParams, ServerResult, Tool as ListedTool,
};
use rmcp::service::RoleClient;
use serde_json::Value as Json;

use super::error::McpErrorKind;
use super::failure;

pub(super) const DURING: &str = "listing its tools";

/// How many tools are taken of one server; who lists more pages without end.
const MAX_TOOLS: usize = 10_000;
/// How many pages are asked for.
const MAX_PAGES: usize = 1_000;

/// All tools, in the server's order.
pub(super) async fn tools(peer: &Peer<RoleClient>) -> Result<Vec<ListedTool>, McpErrorKind> {
    let (mut tools, mut cursor) = (Vec::new(), None);
    for _ in 0..MAX_PAGES {
        let params = PaginatedRequestParams::default().with_cursor(cursor);
        let request = ListToolsRequest { params: Some(params), ..ListToolsRequest::default() };
        // Not `list_tools`, which does not say what came where that is no list.
        let answer = peer.send_request(ClientRequest::ListToolsRequest(request)).await;
        let answer = answer.map_err(|error| failure::of_service(&error, DURING.to_owned()))?;
        let page = match answer {
            ServerResult::ListToolsResult(page) => page,
            ServerResult::CustomResult(other) => return Err(no_list(&other.0)),
            _ => return Err(no_list(&Json::Null)),
        };
        tools.extend(page.tools);
        if tools.len() > MAX_TOOLS {
            return Err(protocol(format!("it lists more than {MAX_TOOLS} tools")));
        }
        cursor = page.next_cursor;
        if cursor.is_none() {
            return Ok(tools);
        }
    }
    Err(protocol(format!("its list has more than {MAX_PAGES} pages")))
}

/// Which tool is why an answer is no list of tools.
fn no_list(answer: &Json) -> McpErrorKind {
    let tools = answer.get("tools").and_then(Json::as_array);
    let fault = |(position, tool): (usize, &Json)| {
        let error = serde_json::from_value::<ListedTool>(tool.clone()).err()?;
        let name = tool.get("name").and_then(Json::as_str);
        let tool = name.map_or_else(|| format!("number {}", position + 1), str::to_owned);
        Some(McpErrorKind::Tool { tool, reason: error.to_string() })
    };
    let fault = tools.into_iter().flatten().enumerate().find_map(fault);
    fault.unwrap_or_else(|| protocol("what came is no list of tools".to_owned()))
}

fn protocol(message: String) -> McpErrorKind {
    McpErrorKind::Protocol { during: DURING.to_owned(), message }
}
