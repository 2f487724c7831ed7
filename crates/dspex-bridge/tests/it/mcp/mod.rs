//! Tools of MCP servers: real ones, in processes of their own.

mod faults;
mod http;
mod stdio;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use dspex_bridge::llm::{Models, ScriptedModel};
use dspex_bridge::mcp::{McpBuilder, McpError, McpServer, Stdio};
use dspex_bridge::{CallContext, CallError, Engine, ModuleKind, ModuleSpec, NativeEngine, Outcome};
use dspex_signature::{Fields, Signature, Tool, ToolError, fields};
use dspex_telemetry::Recorder;

/// The server among the examples, which is built with the tests.
fn program() -> PathBuf {
    let tests = std::env::current_exe().unwrap();
    let program = tests.parent().unwrap().with_file_name("examples").join("mcp_server");
    assert!(
        program.exists(),
        "there is no MCP server at `{}`; run `cargo build -p dspex-bridge --features mcp --example \
         mcp_server`",
        program.display()
    );
    program
}

fn server() -> McpBuilder<Stdio> {
    McpServer::stdio(program()).name("weather")
}

/// A server of a few lines of shell, which answers each request with the next of these results.
pub(crate) fn scripted(results: &[&str]) -> McpBuilder<Stdio> {
    keeping(results, Path::new("/dev/null"))
}

/// The same server, which writes the requests that it answers into a file.
pub(crate) fn keeping(results: &[&str], kept: &Path) -> McpBuilder<Stdio> {
    const ANSWER: &str = r#"answer() {
        read -r line; printf '%s\n' "$line" >> "$0"
        printf '{"jsonrpc":"2.0","id":%s,"result":%s}\n' "$1" "$2"
    }"#;
    const GREETING: &str = r#"{"protocolVersion":"2025-06-18","capabilities":{"tools":{}},"serverInfo":{"name":"s","version":"1"}}"#;
    // The greeting is followed by a notification, which has no answer.
    let mut lines = vec![ANSWER.to_owned(), format!("answer 0 '{GREETING}'; read -r _")];
    let answer = |(position, result): (usize, &&str)| {
        format!("answer {} '{}'", position + 1, result.replace('\'', r"'\''"))
    };
    lines.extend(results.iter().enumerate().map(answer));
    lines.push("cat > /dev/null".to_owned());
    McpServer::stdio("sh").arg("-c").arg(lines.join("\n")).arg(kept).name("weather")
}

fn named(tools: &[Tool], name: &str) -> Tool {
    tools.iter().find(|tool| tool.name() == name).unwrap().clone()
}

/// The error of the server that an error of its tool comes from.
fn source(error: &ToolError) -> &McpError {
    std::error::Error::source(error).unwrap().downcast_ref().unwrap()
}

/// A completion that calls a tool.
fn call(tool: &str, arguments: &str) -> String {
    format!(
        "[[ ## next_thought ## ]]\nt\n\n[[ ## next_tool_name ## ]]\n{tool}\n\n\
         [[ ## next_tool_args ## ]]\n{arguments}\n\n[[ ## completed ## ]]"
    )
}

/// What a native `ReAct` comes to that calls these tools one after the other.
async fn react(
    tools: Vec<Tool>,
    calls: &[(&str, &str)],
    context: &CallContext,
) -> (ScriptedModel, Result<Outcome, CallError>) {
    let model = calls
        .iter()
        .fold(ScriptedModel::new(), |model, (tool, arguments)| model.text(call(tool, arguments)))
        .text(call("finish", "{}"))
        .otherwise("[[ ## reasoning ## ]]\nr\n\n[[ ## answer ## ]]\na\n\n[[ ## completed ## ]]");
    let engine = NativeEngine::new(Models::new().with("default", Arc::new(model.clone())), None);
    let signature = Arc::new(Signature::parse("question -> answer").unwrap());
    let mut module = ModuleSpec::new(ModuleKind::React, signature);
    module.tools = tools;
    let prepared = engine.prepare(&Arc::new(module)).unwrap();
    let outcome = prepared.run(&fields! { "question" => "Will it rain?" }, context).await;
    (model, outcome)
}

fn context() -> CallContext {
    CallContext::new(Recorder::new())
}

/// What the model observed at each step.
fn observed(outcome: &Outcome) -> Vec<String> {
    let steps: &Fields = outcome["trajectory"].as_map().unwrap();
    let observations = steps.iter().filter(|(name, _)| name.starts_with("observation_"));
    observations.map(|(_, value)| value.to_string()).collect()
}
