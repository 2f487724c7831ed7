//! A server that is a child process.

use std::time::Duration;

use dspex_bridge::CallErrorKind;
use dspex_bridge::mcp::{McpErrorKind, McpServer};
use dspex_signature::{Value, fields};

use super::{context, named, observed, react, server, source};

#[tokio::test]
async fn every_page_of_tools_is_listed_and_told_as_dspy_tells_it() {
    let tools = server().connect().await.unwrap().tools().await.unwrap();
    let names: Vec<_> = tools.iter().map(dspex_signature::Tool::name).collect();
    assert_eq!(names.len(), 11);
    assert_eq!((names[0], names[4], names[10]), ("forecast", "data", "headers"));
    // `str()` of the tool that `dspy.Tool.from_mcp_tool` of DSPy 3.4.1 makes of it.
    let told = "forecast, whose description is <desc>Tells the weather  of the coming days.</desc>. \
                It takes arguments {'city': {'type': 'string', 'description': 'its name, as \
                \"Leeds\"'}, 'days': {'type': 'integer', 'default': 1, 'minimum': 1, 'title': \
                'Days'}, 'unit': {'type': 'string', 'enum': ['C', 'F']}}.";
    assert_eq!(tools[0].told().unwrap(), told);
    assert_eq!(tools[3].told().unwrap(), "picture. It takes arguments {}.");
}

#[tokio::test]
async fn a_native_react_calls_them() {
    let tools = server().connect().await.unwrap().tools().await.unwrap();
    let calls = [
        ("forecast", r#"{"city": "Leeds", "days": 2.0, "mood": "any"}"#),
        ("forecast", r#"{"city": 5}"#),
        ("both", "{}"),
        ("fail", "{}"),
        ("ask", "{}"),
        ("picture", "{}"),
    ];
    let (model, outcome) = react(tools, &calls, &context()).await;
    let expected = [
        // As in DSPy, an argument that the schema does not know is sent, and `2.0` is `2`.
        r#"rain, as asked by {"city":"Leeds","days":2,"mood":"any"}"#,
        "Execution error in forecast: \nValueError: Arg city is invalid: 5 is not of type 'string'",
        "['one', 'two']",
        "Execution error in fail: \nRuntimeError: Failed to call a MCP tool: no such city",
        "Execution error in ask: \nmcp.shared.exceptions.MCPError: there is no tool `ask`",
        "[\"type='image' data='aGk=' mime_type='image/png' annotations=None meta=None\"]",
        "Completed.",
    ];
    assert_eq!(observed(&outcome.unwrap()), expected);
    let prompt = model.requests().last().unwrap().messages[1].text().into_owned();
    assert!(prompt.contains("[[ ## observation_2 ## ]]\n[1] «one»\n[2] «two»\n"), "{prompt}");
    let picture = "[[ ## observation_5 ## ]]\n«type='image' data='aGk=' mime_type='image/png' \
                   annotations=None meta=None»\n";
    assert!(prompt.contains(picture), "{prompt}");
}

#[tokio::test]
async fn data_takes_the_place_of_text_where_it_is_wanted() {
    let connect = async |is_structured: bool| {
        let builder = if is_structured { server().structured() } else { server() };
        builder.connect().await.unwrap().tools_named(["data", "both"]).await.unwrap()
    };
    let [data, both] = <[_; 2]>::try_from(connect(true).await).unwrap();
    let told = Value::from(fields! { "n" => 3, "x" => 1.0 });
    assert_eq!(data.call(fields! {}).await, Ok(told));
    assert_eq!(both.call(fields! {}).await, Ok(vec!["one", "two"].into()));
    assert_eq!(connect(false).await[0].call(fields! {}).await, Ok("three".into()));
}

#[tokio::test]
async fn a_call_that_nobody_waits_for_is_cancelled_at_the_server() {
    let server = server().call_timeout(Duration::from_millis(600)).connect().await.unwrap();
    let tools = server.tools().await.unwrap();
    let cancelled = named(&tools, "cancelled");
    let until = async |n: &str| {
        while cancelled.call(fields! {}).await != Ok(n.into()) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    until("0").await;
    // The deadline of the call.
    let context = context().within(Duration::from_millis(300));
    let (_, outcome) = react(tools.clone(), &[("wait", "{}")], &context).await;
    let error = outcome.unwrap_err();
    assert!(matches!(error.kind(), CallErrorKind::Deadline { .. }), "{error}");
    until("1").await;
    // The limit of the tool.
    let error = named(&tools, "wait").call(fields! {}).await.unwrap_err();
    let told = "MCP server `weather` gave no answer within 600ms while calling `wait`";
    assert_eq!(error.to_string(), told);
    assert_eq!(
        source(&error).hint(),
        Some("give it more time with `start_timeout` or `call_timeout`")
    );
    until("2").await;
}

#[tokio::test]
async fn a_server_sees_the_variables_that_it_may_see() {
    let connect = server().environment(["CARGO_PKG_NAME", "DSPEX_NO_SUCH"]).variable("LEVEL", "2");
    let tools = connect.connect().await.unwrap().tools_named(["variables"]).await.unwrap();
    let names = tools[0].call(fields! {}).await.unwrap().to_string();
    let has = |name: &str| names.split(' ').any(|it| it == name);
    assert!(has("PATH") && has("CARGO_PKG_NAME") && has("LEVEL"), "{names}");
    assert!(!has("CARGO_PKG_VERSION") && !has("DSPEX_NO_SUCH"), "{names}");
}

/// Whether a process runs, with the id that a script wrote into a file.
fn runs(pid_file: &std::path::Path) -> bool {
    let pid = std::fs::read_to_string(pid_file).unwrap();
    let status = std::fs::read_to_string(format!("/proc/{}/stat", pid.trim()));
    // One that has ended and was not waited for yet is a zombie.
    status.is_ok_and(|status| !status.contains(") Z "))
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_server_ends_with_its_children_when_nobody_has_it_any_more() {
    let folder = tempfile::tempdir().unwrap();
    let script = "sleep 600 & echo $! > child; echo $$ > own; exec \"$0\"";
    let server = McpServer::stdio("sh").args(["-c", script]).arg(super::program());
    let server = server.directory(folder.path()).connect().await.unwrap();
    let tools = server.tools_named(["both"]).await.unwrap();
    let (own, child) = (folder.path().join("own"), folder.path().join("child"));
    drop(server);
    // A tool keeps its server.
    assert_eq!(tools[0].call(fields! {}).await, Ok(vec!["one", "two"].into()));
    assert!(runs(&own) && runs(&child));
    drop(tools);
    let ended = async {
        while runs(&own) || runs(&child) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(5), ended).await.unwrap();
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn the_end_of_a_server_is_seen_where_a_child_of_it_lives_on() {
    let folder = tempfile::tempdir().unwrap();
    // The child holds the output of the server open.
    let script = "sleep 600 & echo $! > child; exec \"$0\"";
    let server = McpServer::stdio("sh").args(["-c", script]).arg(super::program());
    let server = server.name("weather").directory(folder.path()).connect().await.unwrap();
    let tools = server.tools_named(["die", "wait"]).await.unwrap();
    let (died, waited) = tokio::join!(tools[0].call(fields! {}), tools[1].call(fields! {}));
    for (tool, error) in [("die", died.unwrap_err()), ("wait", waited.unwrap_err())] {
        let told =
            format!("MCP server `weather` has ended while calling `{tool}` (exit status: 3)");
        assert!(error.to_string().starts_with(&told), "{error}");
    }
    let ended = async {
        while runs(&folder.path().join("child")) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(5), ended).await.unwrap();
}

#[tokio::test]
async fn a_tool_is_sought_by_name() {
    let server = server().connect().await.unwrap();
    let error = server.tools_named(["forcast"]).await.unwrap_err();
    assert!(matches!(error.kind(), McpErrorKind::NoSuchTool { .. }), "{error:?}");
    let told = error.to_string();
    let begin = "MCP server `weather` lists no tool `forcast`; did you mean `forecast`? listed are: \
                 forecast, both, fail, ";
    assert!(told.starts_with(begin), "{told}");
}
