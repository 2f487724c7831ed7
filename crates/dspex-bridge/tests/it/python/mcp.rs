//! Tools of MCP servers, held against what DSPy makes of the same tools.

use dspex_bridge::ToolDelegate;
use dspex_bridge::llm::ScriptedModel;
use dspex_bridge::mcp::McpErrorKind;
use dspex_bridge::python::{PoolConfig, PythonConfig};
use dspex_signature::{Fields, Value, fields};

use super::{Workers, venv};
use crate::mcp::scripted;

fn workers() -> Workers {
    let python = PythonConfig::venv(venv())
        .allow(["dspy", "mcp_oracle"])
        .search(concat!(env!("CARGO_MANIFEST_DIR"), "/python/tests"));
    Workers::with_python(python, PoolConfig::workers(1..=1), ScriptedModel::new())
}

impl Workers {
    async fn oracle(&self, function: &str, arguments: Fields) -> Value {
        let path = format!("mcp_oracle.{function}");
        self.engine.call(&path, arguments, &self.context).await.unwrap().unwrap()
    }
}

fn value(json: &str) -> Value {
    Value::from_json(json).unwrap()
}

/// A tool on the wire, with this schema of its arguments.
fn tool(schema: &str) -> String {
    format!(r#"{{"name":"t","description":"Does\n it.","inputSchema":{schema}}}"#)
}

/// What Rust tells of the one tool of a server; its refusal where it does not take it.
async fn told(tool: &str) -> Result<String, String> {
    let server = scripted(&[&format!(r#"{{"tools":[{tool}]}}"#)]).connect().await.unwrap();
    match server.tools().await {
        Ok(tools) => Ok(tools[0].told().unwrap()),
        Err(error) => {
            assert!(matches!(error.kind(), McpErrorKind::Tool { .. }), "{error:?}");
            Err(error.to_string())
        }
    }
}

#[tokio::test]
async fn a_model_is_told_of_a_tool_what_dspy_tells() {
    let workers = workers();
    for schema in [
        r#"{"type":"object"}"#,
        r#"{"type":"object","properties":null}"#,
        r#"{"properties":{"a":{"type":"number","default":1.0,"maximum":1e20,"exclusiveMinimum":-0.5}}}"#,
        r#"{"properties":{"z":{"type":"string","description":"it's \"so\"","enum":["a","ü"]},"a":{"anyOf":[{"type":"integer"},{"type":"null"}],"default":null,"title":"A"}},"required":["z"],"additionalProperties":false}"#,
        r##"{"properties":{"p":{"$ref":"#/$defs/P","description":"lost"},"l":{"type":"array","items":{"$ref":"#/$defs/P"}}},"$defs":{"P":{"type":"object","properties":{"n":{"$ref":"#/$defs/N"}},"required":["n"]},"N":{"type":"boolean","default":true}}}"##,
        r##"{"properties":{"a":{"$ref":"#/definitions/X"}},"definitions":{"X":{"type":"object"}}}"##,
        r##"{"properties":{"a":{"anyOf":[{"$ref":"#/$defs/X"}],"$defs":{"X":{"type":"integer"}}}},"$defs":{"X":{"type":"string"}}}"##,
        r#"{"properties":{"a":{"type":"integer","maximum":9223372036854775808}}}"#,
        r#"{"properties":{"a":{"multipleOf":123.456789012345e-30,"default":5e-324,"x":2.2250738585072011e-308}}}"#,
    ] {
        let tool = tool(schema);
        let expected = workers.oracle("told", fields! { "tool" => value(&tool) }).await;
        assert_eq!(told(&tool).await.map(Value::from), Ok(expected), "{schema}");
    }
    let nameless = r#"{"name":"t","inputSchema":{}}"#;
    let expected = workers.oracle("told", fields! { "tool" => value(nameless) }).await;
    assert_eq!(told(nameless).await.map(Value::from), Ok(expected));
}

#[tokio::test]
async fn what_dspy_fails_at_is_refused_or_stands_as_it_is() {
    let workers = workers();
    for (schema, raised, taken) in [
        (r#"{"properties":[]}"#, "AttributeError", None),
        (r#"{"properties":{"a":1}}"#, "AttributeError", None),
        (r#"{"properties":{"a":{}},"$defs":null}"#, "TypeError", None),
        (r##"{"properties":{"a":{"$ref":"#/$defs/Y"}},"$defs":{"X":{}}}"##, "KeyError", None),
        (
            r##"{"properties":{"a":{}},"$defs":{"X":{"items":{"$ref":"#/$defs/X"}}}}"##,
            "RecursionError",
            None,
        ),
        (r#"{"properties":{"a":true}}"#, "AttributeError", Some("{'a': True}")),
        (
            r#"{"properties":{"a":{"type":["string","null"]}}}"#,
            "TypeError",
            Some("{'a': {'type': ['string', 'null']}}"),
        ),
    ] {
        let tool = tool(schema);
        let dspy = workers.oracle("told", fields! { "tool" => value(&tool) }).await;
        assert_eq!(dspy, raised.into(), "{schema}");
        let told = told(&tool).await;
        match (told, taken) {
            (Ok(told), Some(taken)) => assert!(told.ends_with(&format!(" {taken}.")), "{told}"),
            (Err(refused), None) => assert!(refused.contains("tool `t`"), "{refused}"),
            (other, _) => panic!("{schema}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn a_tool_is_sent_and_answers_what_it_does_in_dspy() {
    let workers = workers();
    let schema = r#"{"properties":{"i":{"type":"integer"},"n":{"type":"number"},"s":{"type":"string","maxLength":3},"o":{"type":"object"},"l":{"type":"array","items":{"type":"integer"}},"any":{}}}"#;
    let text = |text: &str| format!(r#"{{"type":"text","text":"{text}"}}"#);
    let content = |texts: &[&str]| {
        let texts: Vec<_> = texts.iter().map(|it| text(it)).collect();
        format!(r#""content":[{}]"#, texts.join(","))
    };
    let one = format!("{{{}}}", content(&["x"]));
    let failed = |texts: &[&str]| format!(r#"{{{},"isError":true}}"#, content(texts));
    let data = format!(r#"{{{},"structuredContent":{{"n":1.0,"l":[1,null]}}}}"#, content(&["x"]));
    for (arguments, result, mode) in [
        (r#"{"i":1,"n":2,"s":"a","o":{"k":1},"l":[1],"any":null}"#, one.clone(), "text"),
        (r#"{"i":2.0,"n":2.5,"any":[1.0],"unknown":{"a":true}}"#, one.clone(), "text"),
        (r#"{"i":"1"}"#, one.clone(), "text"),
        (r#"{"i":true}"#, one.clone(), "text"),
        (r#"{"s":"long"}"#, one.clone(), "text"),
        (r#"{"l":[1,"a"]}"#, one.clone(), "text"),
        ("{}", format!("{{{}}}", content(&["x", "y"])), "text"),
        ("{}", format!("{{{}}}", content(&[""])), "text"),
        ("{}", format!("{{{}}}", content(&[])), "text"),
        ("{}", failed(&["boom"]), "text"),
        ("{}", failed(&["a", "b"]), "text"),
        ("{}", failed(&[]), "structured"),
        ("{}", data.clone(), "text"),
        ("{}", data, "structured"),
        ("{}", one, "structured"),
    ] {
        let tool = tool(schema);
        let asked = fields! {
            "tool" => value(&tool), "arguments" => value(arguments), "result" => value(&result),
            "mode" => mode,
        };
        let expected = workers.oracle("called", asked).await;
        let expected = expected.as_map().unwrap();
        let came = call(&tool, arguments, &result, mode == "structured").await;
        assert_eq!(came, *expected, "{arguments} {result} {mode}");
    }
}

/// What the server is sent by Rust and what comes of it.
async fn call(tool: &str, arguments: &str, result: &str, is_structured: bool) -> Fields {
    let folder = tempfile::tempdir().unwrap();
    let kept = folder.path().join("kept");
    let list = format!(r#"{{"tools":[{tool}]}}"#);
    let server = crate::mcp::keeping(&[&list, result], &kept);
    let server = if is_structured { server.structured() } else { server };
    let tools = server.connect().await.unwrap().tools().await.unwrap();
    let came = tools[0].call(value(arguments).as_map().unwrap().clone()).await;
    let sent = std::fs::read_to_string(&kept).unwrap_or_default();
    let sent = match sent.lines().nth(2) {
        Some(request) => {
            value(request).as_map().unwrap()["params"].as_map().unwrap()["arguments"].clone()
        }
        None => Value::Null,
    };
    match came {
        Ok(came) => fields! { "sent" => sent, "came" => came },
        Err(error) => fields! { "sent" => sent, "failed" => error.to_string() },
    }
}
