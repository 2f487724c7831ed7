//! Servers that end, are silent, or say what they should not.

use std::time::Duration;

use dspex_bridge::mcp::{McpErrorKind, McpServer};
use dspex_signature::fields;

use super::{context, named, observed, program, react, scripted, server, source};

#[tokio::test]
async fn a_server_that_dies_in_the_midst_of_a_call_is_an_observation_that_says_so() {
    let tools = server().connect().await.unwrap().tools().await.unwrap();
    let (_, outcome) = react(tools.clone(), &[("die", "{}"), ("both", "{}")], &context()).await;
    let ended = |during: &str| {
        format!(
            "MCP server `weather` has ended while calling `{during}` (exit status: 3); the last line \
             on its stderr: there is no weather any more"
        )
    };
    let expected = [
        format!("Execution error in die: \n{}", ended("die")),
        format!("Execution error in both: \n{}", ended("both")),
        "Completed.".to_owned(),
    ];
    assert_eq!(observed(&outcome.unwrap()), expected);
    let error = named(&tools, "both").call(fields! {}).await.unwrap_err();
    let error = source(&error);
    assert!(matches!(error.kind(), McpErrorKind::Ended { .. }), "{error:?}");
    assert_eq!((error.server(), error.is_retryable()), ("weather", true));
    assert!(error.hint().unwrap().contains("connect again"));
    assert_eq!(error.stderr_tail(), "there is no weather any more");
}

#[tokio::test]
async fn a_tool_whose_schema_cannot_be_taken_is_refused_by_name() {
    let server = McpServer::stdio(program()).arg("recursive").name("weather");
    let server = server.connect().await.unwrap();
    let error = server.tools().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "MCP server `weather` lists the tool `climb`, which cannot be taken: argument `tree`: refers \
         to `#/$defs/Tree`, which holds itself"
    );
    assert!(error.hint().unwrap().contains("`tools_named`"));
    // Without it the others are there.
    let tools = server.tools_named(["both", "forecast"]).await.unwrap();
    assert_eq!(tools[0].call(fields! {}).await, Ok(vec!["one", "two"].into()));

    let list = r#"{"tools":[{"name":"ok","inputSchema":{}},{"name":"odd","inputSchema":"none"}]}"#;
    let error = scripted(&[list]).connect().await.unwrap().tools().await.unwrap_err();
    assert!(matches!(error.kind(), McpErrorKind::Tool { tool, .. } if tool == "odd"), "{error:?}");
    let error = scripted(&[r#"{"sloot":[]}"#]).connect().await.unwrap().tools().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "MCP server `weather` answered outside the protocol while listing its tools: what came is no \
         list of tools"
    );
}

#[tokio::test]
async fn a_list_without_end_is_not_read_for_ever() {
    let page = r#"{"tools":[],"nextCursor":"again"}"#;
    let pages = vec![page; 1_000];
    let server = scripted(&pages).connect().await.unwrap();
    let error = server.tools().await.unwrap_err();
    let told = error.to_string();
    assert!(told.ends_with("its list has more than 1000 pages"), "{told}");
}

#[tokio::test]
async fn a_program_that_is_no_server_is_told() {
    let start = |command: &str| McpServer::stdio("sh").arg("-c").arg(command).name("s");
    let why = async |command: &str| start(command).connect().await.unwrap_err();
    let error = McpServer::stdio("dspex-no-such-program").connect().await.unwrap_err();
    assert!(matches!(error.kind(), McpErrorKind::NotStarted { .. }), "{error:?}");
    let begin = "MCP server `dspex-no-such-program` cannot be started: No such file or directory";
    assert!(error.to_string().starts_with(begin), "{error}");
    assert!(error.hint().unwrap().contains("`PATH`"));

    let error = why("echo no key >&2; exit 7").await;
    assert_eq!(
        error.to_string(),
        "MCP server `s` has ended while connecting (exit status: 7); the last line on its stderr: no \
         key"
    );
    let silent = start("exec sleep 600").start_timeout(Duration::from_millis(500));
    let error = silent.connect().await.unwrap_err();
    assert_eq!(error.to_string(), "MCP server `s` gave no answer within 500ms while connecting");
    let error = why(r#"read -r _; echo '{"jsonrpc":"2.0","id":0,"error":{"code":-32000,"message":"full"}}'; cat"#).await;
    assert_eq!(
        error.to_string(),
        "MCP server `s` refused the request while connecting: full (code -32000)"
    );
}

#[tokio::test]
async fn what_a_server_prints_beside_its_messages_does_no_harm() {
    let script = "echo starting; exec \"$0\"";
    let server = McpServer::stdio("sh").args(["-c", script]).arg(program());
    let tools = server.connect().await.unwrap().tools_named(["both"]).await.unwrap();
    assert_eq!(tools[0].call(fields! {}).await, Ok(vec!["one", "two"].into()));
}
