//! A server of the Model Context Protocol that the tests connect to: `mcp_server` on standard input and
//! output, `mcp_server http` on this machine, whose address it prints.
//!
//! With `recursive` as another word it lists a tool whose schema holds itself.

use std::io::Write as _;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use axum::Router;
use axum::http::request::Parts;
use axum::response::Redirect;
use axum::routing::any;
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CancelledNotificationParam, ErrorData, JsonObject,
    ListToolsResult, PaginatedRequestParams, ServerCapabilities, ServerConfig, Tool,
};
use rmcp::service::{NotificationContext, RequestContext, RoleServer};
use rmcp::transport::streamable_http_server::session::local::LocalSessionManager;
use rmcp::transport::{StreamableHttpServerConfig, StreamableHttpService, stdio};
use rmcp::{ServerHandler, ServiceExt as _};
use serde_json::{Value, from_value, json};

type AnyError = Box<dyn std::error::Error>;

/// How many tools are on a page of the list.
const PAGE: usize = 3;

#[derive(Clone, Default)]
struct Server {
    lists_recursive: bool,
    /// How many requests were cancelled.
    n_cancelled: Arc<AtomicU32>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), AnyError> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let has = |word: &str| words.iter().any(|given| given == word);
    let server = Server { lists_recursive: has("recursive"), ..Server::default() };
    if has("http") {
        return serve_http(server).await;
    }
    server.serve(stdio()).await?.waiting().await?;
    Ok(())
}

async fn serve_http(server: Server) -> Result<(), AnyError> {
    // Who waits for a stream that broke asks again after this time.
    let config =
        StreamableHttpServerConfig::default().with_sse_retry(Some(Duration::from_millis(50)));
    let mut sessions = LocalSessionManager::default();
    sessions.session_config.sse_retry = config.sse_retry;
    let service = StreamableHttpService::new(move || Ok(server.clone()), sessions.into(), config);
    let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let address = listener.local_addr()?;
    writeln!(std::io::stdout(), "http://{address}/mcp")?;
    // Two addresses that send elsewhere: within the server, and away from it.
    let app = Router::new()
        .route("/mcp/moved", any(async || Redirect::temporary("/mcp")))
        .route("/mcp/away", any(async || Redirect::temporary("http://127.0.0.1:9/mcp")))
        .nest_service("/mcp", service);
    axum::serve(listener, app).await?;
    Ok(())
}

fn tools(lists_recursive: bool) -> Vec<Value> {
    let nothing = json!({ "type": "object" });
    let mut tools = vec![
        json!({
            "name": "forecast",
            "description": "Tells the weather\nof the coming days.",
            "inputSchema": {
                "type": "object",
                "properties": {
                    "city": { "type": "string", "description": "its name, as \"Leeds\"" },
                    "days": { "type": "integer", "default": 1, "minimum": 1, "title": "Days" },
                    "unit": { "$ref": "#/$defs/Unit" },
                },
                "required": ["city"],
                "$defs": { "Unit": { "type": "string", "enum": ["C", "F"] } },
            },
        }),
        json!({ "name": "both", "description": "Answers twice.", "inputSchema": nothing }),
        json!({ "name": "fail", "description": "Fails.", "inputSchema": nothing }),
        json!({ "name": "picture", "inputSchema": nothing }),
        json!({ "name": "data", "inputSchema": nothing }),
        json!({ "name": "wait", "description": "Waits.", "inputSchema": nothing }),
        json!({ "name": "cancelled", "description": "How often.", "inputSchema": nothing }),
        json!({ "name": "die", "description": "Ends the server.", "inputSchema": nothing }),
        json!({ "name": "ask", "description": "Asks back.", "inputSchema": nothing }),
        json!({ "name": "variables", "description": "Names them.", "inputSchema": nothing }),
        json!({ "name": "headers", "description": "Tells two.", "inputSchema": nothing }),
    ];
    if lists_recursive {
        let tree = json!({ "properties": { "left": { "$ref": "#/$defs/Tree" } } });
        let schema = json!({
            "type": "object",
            "properties": { "tree": { "$ref": "#/$defs/Tree" } },
            "$defs": { "Tree": tree },
        });
        tools.push(json!({ "name": "climb", "inputSchema": schema }));
    }
    tools
}

fn texts(texts: &[&str]) -> Value {
    let texts: Vec<_> = texts.iter().map(|text| json!({ "type": "text", "text": text })).collect();
    json!({ "content": texts })
}

fn forecast(arguments: &JsonObject) -> Value {
    // The text of the arguments says how they came.
    texts(&[&format!("rain, as asked by {}", Value::Object(arguments.clone()))])
}

fn headers(context: &RequestContext<RoleServer>) -> Value {
    let Some(parts) = context.extensions.get::<Parts>() else { return texts(&["none"]) };
    let value = |name| parts.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("-");
    texts(&[value("authorization"), value("x-tenant")])
}

impl ServerHandler for Server {
    fn get_info(&self) -> ServerConfig {
        ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
    }

    async fn list_tools(
        &self,
        request: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        let cursor = request.and_then(|request| request.cursor);
        let begin = cursor.and_then(|cursor| cursor.parse().ok()).unwrap_or(0);
        let tools = tools(self.lists_recursive);
        let page: Vec<Tool> = tools
            .iter()
            .skip(begin)
            .take(PAGE)
            .map(|tool| from_value(tool.clone()).map_err(internal))
            .collect::<Result<_, _>>()?;
        let mut list = ListToolsResult::with_all_items(page);
        list.next_cursor = (begin + PAGE < tools.len()).then(|| (begin + PAGE).to_string());
        Ok(list)
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let result = match &*request.name {
            "forecast" => forecast(&request.arguments.unwrap_or_default()),
            "both" => texts(&["one", "two"]),
            "fail" => {
                let mut failed = texts(&["no such city"]);
                failed["isError"] = true.into();
                failed
            }
            "picture" => {
                json!({ "content": [{ "type": "image", "data": "aGk=", "mimeType": "image/png" }] })
            }
            "data" => {
                let mut told = texts(&["three"]);
                told["structuredContent"] = json!({ "n": 3, "x": 1.0 });
                told
            }
            "wait" => {
                context.ct.cancelled().await;
                return Err(ErrorData::internal_error("was cancelled", None));
            }
            "cancelled" => texts(&[&self.n_cancelled.load(Ordering::Relaxed).to_string()]),
            "die" => {
                let _ = writeln!(std::io::stderr(), "there is no weather any more");
                std::process::exit(3)
            }
            "variables" => {
                let mut names: Vec<String> = std::env::vars().map(|(name, _)| name).collect();
                names.sort_unstable();
                texts(&[&names.join(" ")])
            }
            "headers" => headers(&context),
            other => {
                let message = format!("there is no tool `{other}`");
                return Err(ErrorData::invalid_params(message, None));
            }
        };
        let result: rmcp::model::CallToolResult = from_value(result).map_err(internal)?;
        Ok(result.into())
    }

    async fn on_cancelled(
        &self,
        _: CancelledNotificationParam,
        _: NotificationContext<RoleServer>,
    ) {
        self.n_cancelled.fetch_add(1, Ordering::Relaxed);
    }
}

fn internal(error: impl std::fmt::Display) -> ErrorData {
    ErrorData::internal_error(error.to_string(), None)
}
