//! DSPy's words for what came of calling a tool of a server.
//!
//! From DSPy 3.4.1 (MIT), for equality on the wire; see `NOTICE`.

/// What DSPy raises where a server says that a tool has failed.
pub(super) fn failed(content: &str) -> String {
    format!("RuntimeError: Failed to call a MCP tool: {content}")
}

/// What Python's `mcp` raises where a server refuses a request.
pub(super) fn refused(message: &str) -> String {
    format!("mcp.shared.exceptions.MCPError: {message}")
}
