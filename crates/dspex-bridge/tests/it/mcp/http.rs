//! A server behind an address.

use std::process::Stdio;
use std::time::Duration;

use dspex_bridge::llm::Key;
use dspex_bridge::mcp::{McpErrorKind, McpServer};
use dspex_signature::fields;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

use super::{context, named, observed, program, react, source};
use crate::server::{Server, json};

/// A server of this machine in a process of its own, and its address.
async fn start() -> (Child, String) {
    let mut command = Command::new(program());
    let mut child = command.arg("http").stdout(Stdio::piped()).kill_on_drop(true).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let address = lines.next_line().await.unwrap().unwrap();
    (child, address)
}

#[tokio::test]
async fn a_native_react_calls_tools_over_http() {
    let (_child, address) = start().await;
    let folder = tempfile::tempdir().unwrap();
    let key = folder.path().join("key");
    std::fs::write(&key, "sk-1\n").unwrap();
    let server = McpServer::http(&address).key(Key::file(key)).header("X-Tenant", "acme");
    assert!(!format!("{server:?}").contains("acme"), "{server:?}");
    let tools = server.connect().await.unwrap().tools().await.unwrap();
    assert_eq!(tools.len(), 11);
    let calls = [("forecast", r#"{"city": "Leeds"}"#), ("headers", "{}"), ("fail", "{}")];
    let (_, outcome) = react(tools, &calls, &context()).await;
    let expected = [
        r#"rain, as asked by {"city":"Leeds"}"#,
        "['Bearer sk-1', 'acme']",
        "Execution error in fail: \nRuntimeError: Failed to call a MCP tool: no such city",
        "Completed.",
    ];
    assert_eq!(observed(&outcome.unwrap()), expected);
}

#[tokio::test]
async fn a_call_that_nobody_waits_for_is_cancelled_over_http() {
    let (_child, address) = start().await;
    let tools = McpServer::http(&address).connect().await.unwrap().tools().await.unwrap();
    let context = context().within(Duration::from_millis(300));
    let (_, outcome) = react(tools.clone(), &[("wait", "{}")], &context).await;
    assert!(outcome.is_err());
    let cancelled = named(&tools, "cancelled");
    while cancelled.call(fields! {}).await != Ok("1".into()) {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn a_redirect_is_followed_within_the_server_only() {
    let (_child, address) = start().await;
    let server = McpServer::http(format!("{address}/moved")).connect().await.unwrap();
    assert_eq!(server.tools().await.unwrap().len(), 11);
    let error = McpServer::http(format!("{address}/away")).connect().await.unwrap_err();
    assert!(matches!(error.kind(), McpErrorKind::Protocol { .. }), "{error:?}");
    assert!(error.to_string().contains("307"), "{error}");
}

#[tokio::test]
async fn a_server_that_goes_away_is_named() {
    let (mut child, address) = start().await;
    let server = McpServer::http(&address).name("weather").connect().await.unwrap();
    let tools = server.tools().await.unwrap();
    let (_, outcome) = react(tools.clone(), &[("die", "{}"), ("both", "{}")], &context()).await;
    child.wait().await.unwrap();
    let observed = observed(&outcome.unwrap());
    let died =
        "Execution error in die: \nMCP server `weather` cannot be reached while calling `die`: ";
    assert!(observed[0].starts_with(died), "{}", observed[0]);
    let error = named(&tools, "both").call(fields! {}).await.unwrap_err();
    let error = source(&error);
    assert!(matches!(error.kind(), McpErrorKind::Unreachable { .. }), "{error:?}");
    assert!(error.is_retryable() && error.hint().is_some());
}

#[tokio::test]
async fn what_is_no_mcp_server_is_told() {
    let why = async |server: dspex_bridge::mcp::McpBuilder<dspex_bridge::mcp::Http>| {
        server.name("s").connect().await.unwrap_err()
    };
    let error = why(McpServer::http("ftp://example.com/mcp")).await;
    assert_eq!(
        error.to_string(),
        "MCP server `s` is set up wrong: its address should be like `https://example.com/mcp`, with \
         `http` or `https`"
    );
    let error = why(McpServer::http("http://127.0.0.1:9/mcp").header("a b", "c")).await;
    assert_eq!(error.to_string(), "MCP server `s` is set up wrong: `a b` is no name of a header");
    let error = why(McpServer::http("http://127.0.0.1:9/mcp").key(Key::env("DSPEX_NO"))).await;
    assert_eq!(
        error.to_string(),
        "MCP server `s` is set up wrong: needs a key, and the variable `DSPEX_NO` is not set"
    );
    let error = why(McpServer::http("http://127.0.0.1:9/mcp")).await;
    let begin = "MCP server `s` cannot be reached while connecting: ";
    assert!(error.to_string().starts_with(begin), "{error}");
    assert!(error.to_string().contains("refused"), "{error}");
}

#[tokio::test]
async fn a_refused_key_is_told_and_not_shown() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("key");
    std::fs::write(&path, "sk-secret").unwrap();
    let connect = async |server: &Server| {
        let url = format!("{}/mcp", server.base_url);
        McpServer::http(url).name("s").key(Key::file(&path)).connect().await.unwrap_err()
    };
    let asks = axum::http::HeaderValue::from_static("Bearer realm=\"sk-secret\"");
    let server = Server::replying((
        axum::http::StatusCode::UNAUTHORIZED,
        [("www-authenticate", asks)],
        "who are you",
    ));
    let error = connect(&server.await).await;
    assert!(matches!(error.kind(), McpErrorKind::Unauthorized { .. }), "{error:?}");
    assert_eq!(
        error.to_string(),
        "MCP server `s` refused access while connecting: it asks for `Bearer realm=\"[key]\"`"
    );
    let error = connect(&Server::replying(json(403, "{\"not\": \"sk-secret\"}")).await).await;
    assert!(matches!(error.kind(), McpErrorKind::Unauthorized { .. }), "{error:?}");
    assert!(error.to_string().contains("HTTP 403"), "{error}");
    assert!(!error.to_string().contains("sk-secret"), "{error}");
    let error = connect(&Server::replying(json(200, "{\"hello\": \"sk-secret\"}")).await).await;
    assert!(matches!(error.kind(), McpErrorKind::Protocol { .. }), "{error:?}");
    assert!(!error.to_string().contains("sk-secret"), "{error}");
}
