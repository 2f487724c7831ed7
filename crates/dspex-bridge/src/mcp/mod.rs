//! Tools of servers that speak the Model Context Protocol.
//!
//! A server is a program of this machine or stands behind an address; its tools are a
//! [`Tool`](dspex_signature::Tool) each, usable wherever one is. What a model is told of them, what
//! they are sent and what comes of it is what `dspy.Tool.from_mcp_tool` makes of them, byte by byte.
//!
//! ```no_run
//! use dspex_bridge::llm::Key;
//! use dspex_bridge::mcp::{McpError, McpServer};
//!
//! # async fn connect() -> Result<(), McpError> {
//! let files = McpServer::stdio("npx")
//!     .args(["-y", "@modelcontextprotocol/server-filesystem", "manuals"])
//!     .connect()
//!     .await?;
//! let issues = McpServer::http("https://api.githubcopilot.com/mcp/")
//!     .key(Key::env("GITHUB_TOKEN"))
//!     .connect()
//!     .await?;
//! let mut tools = files.tools().await?;
//! tools.extend(issues.tools_named(["search_issues"]).await?);
//! # Ok(())
//! # }
//! ```

mod arguments;
mod builder;
mod content;
mod error;
mod failure;
mod http;
mod listing;
mod mcp_text;
mod result;
mod server;
mod stdio;
mod tool;

pub use builder::{Http, McpBuilder, Stdio};
pub use error::{McpError, McpErrorKind};
pub use server::McpServer;
