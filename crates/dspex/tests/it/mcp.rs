//! Tools of MCP servers in a module.

use dspex::llm::ScriptedModel;
use dspex::mcp::McpServer;
use dspex::prelude::*;

/// Help the customer.
#[derive(Signature)]
#[signature(output = Reply)]
struct Help {
    request: String,
}

#[derive(FieldType)]
struct Reply {
    reply: String,
}

/// A server of a few lines of shell: it greets, lists one tool, and answers a call of it.
const SERVER: &str = r#"
    answer() { read -r _; printf '{"jsonrpc":"2.0","id":%s,"result":%s}\n' "$1" "$2"; }
    answer 0 '{"protocolVersion":"2025-06-18","capabilities":{"tools":{}},"serverInfo":{"name":"s","version":"1"}}'
    read -r _
    answer 1 '{"tools":[{"name":"find_order","description":"Looks it up.","inputSchema":{"properties":{"number":{"type":"string"}}}}]}'
    answer 2 '{"content":[{"type":"text","text":"a lamp"}]}'
    cat > /dev/null
"#;

#[tokio::test]
async fn a_module_calls_the_tools_of_a_server() {
    let chosen = |tool: &str, arguments: &str| {
        format!(
            "[[ ## next_thought ## ]]\nt\n\n[[ ## next_tool_name ## ]]\n{tool}\n\n\
             [[ ## next_tool_args ## ]]\n{arguments}\n\n[[ ## completed ## ]]"
        )
    };
    let model = ScriptedModel::new()
        .text(chosen("find_order", r#"{"number": "A-1042"}"#))
        .text(chosen("finish", "{}"))
        .text("[[ ## reasoning ## ]]\nr\n\n[[ ## reply ## ]]\nIt was a lamp.\n\n[[ ## completed ## ]]");
    let dspex = Dspex::builder().lm("default", model.clone()).no_python().start().await.unwrap();
    let server = McpServer::stdio("sh").args(["-c", SERVER]).connect().await.unwrap();
    let help = dspex.react::<Help>(server.tools().await.unwrap());
    assert!(help.choice().to_string().starts_with("native: exact"), "{}", help.choice());
    let reply = help.call(Help { request: "What did I order?".into() }).await.unwrap();
    assert_eq!(reply.reply, "It was a lamp.");
    assert_eq!(reply.trajectory[0].observation, "a lamp".into());
}

#[tokio::test]
async fn a_server_that_cannot_be_started_is_told_with_what_to_do() {
    let start = async || -> dspex::Result<Vec<Tool>> {
        Ok(McpServer::stdio("dspex-no-such-server").connect().await?.tools().await?)
    };
    let error = start().await.unwrap_err().to_string();
    let begin = "MCP server `dspex-no-such-server` cannot be started: ";
    assert!(error.starts_with(begin) && error.contains("\n  hint: check the command"), "{error}");
}
