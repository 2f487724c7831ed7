//! A server that does not do what it is asked to.

use std::time::Duration;

/// A server of the Model Context Protocol that failed: which, how, and what to do next.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("MCP server `{}` {}", .0.server, .0.kind)]
pub struct McpError(Box<Inner>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Inner {
    server: String,
    kind: McpErrorKind,
    stderr_tail: String,
}

/// What happened to a server.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum McpErrorKind {
    /// It is set up wrong.
    #[error("is set up wrong: {message}")]
    Misconfigured {
        /// What is wrong.
        message: String,
    },
    /// Its process cannot be started.
    #[error("cannot be started: {reason}")]
    NotStarted {
        /// What the operating system said.
        reason: String,
    },
    /// Its process has ended.
    #[error("has ended while {during} ({how}){}", last_line(.line))]
    Ended {
        /// What was asked of it.
        during: String,
        /// How it ended.
        how: String,
        /// The last line that it wrote to stderr; empty where there was none.
        line: String,
    },
    /// The connection to it broke, or there is none.
    #[error("cannot be reached while {during}: {reason}")]
    Unreachable {
        /// What was asked of it.
        during: String,
        /// What the network said.
        reason: String,
    },
    /// It refused the key, or there was none.
    #[error("refused access while {during}: {reason}")]
    Unauthorized {
        /// What was asked of it.
        during: String,
        /// What it asks for.
        reason: String,
    },
    /// No answer in time.
    #[error("gave no answer within {after:?} while {during}")]
    Timeout {
        /// What was asked of it.
        during: String,
        /// How long was waited.
        after: Duration,
    },
    /// It refused the request.
    #[error("refused the request while {during}: {message} (code {code})")]
    Refused {
        /// What was asked of it.
        during: String,
        /// The code of JSON-RPC.
        code: i32,
        /// What it said.
        message: String,
    },
    /// It did not answer in the protocol.
    #[error("answered outside the protocol while {during}: {message}")]
    Protocol {
        /// What was asked of it.
        during: String,
        /// What was wrong with the answer.
        message: String,
    },
    /// It lists a tool that cannot be told to a model as DSPy would.
    #[error("lists the tool `{tool}`, which cannot be taken: {reason}")]
    Tool {
        /// The tool's name.
        tool: String,
        /// What stands against it.
        reason: String,
    },
    /// It lists no tool of the name.
    #[error(
        "lists no tool `{tool}`; {}listed are: {}",
        nearest.as_ref().map(|nearest| format!("did you mean `{nearest}`? ")).unwrap_or_default(),
        if listed.is_empty() { "none".into() } else { listed.join(", ") }
    )]
    NoSuchTool {
        /// The name that was asked for.
        tool: String,
        /// The listed name that resembles it.
        nearest: Option<String>,
        /// The names that are listed.
        listed: Vec<String>,
    },
    /// It wants what dspex cannot give yet.
    #[error("is not supported yet: {what}")]
    NotSupportedYet {
        /// What it wants.
        what: String,
    },
}

fn last_line(line: &str) -> String {
    match line {
        "" => String::new(),
        line => format!("; the last line on its stderr: {line}"),
    }
}

impl McpError {
    pub(super) fn new(server: &str, kind: McpErrorKind) -> Self {
        Self(Box::new(Inner { server: server.to_owned(), kind, stderr_tail: String::new() }))
    }

    /// The same with what the server's process wrote to stderr last.
    pub(super) fn with_stderr(mut self, tail: String) -> Self {
        self.0.stderr_tail = tail;
        self
    }

    /// For matching on what happened.
    #[must_use]
    pub fn kind(&self) -> &McpErrorKind {
        &self.0.kind
    }

    /// The server's name: its command or its address where nobody said another.
    #[must_use]
    pub fn server(&self) -> &str {
        &self.0.server
    }

    /// The last lines that the server's process wrote to stderr; empty where it is none.
    #[must_use]
    pub fn stderr_tail(&self) -> &str {
        &self.0.stderr_tail
    }

    /// Whether the same may succeed when it is done again, with a new connection where this one ended.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        matches!(
            self.kind(),
            McpErrorKind::Ended { .. }
                | McpErrorKind::Unreachable { .. }
                | McpErrorKind::Timeout { .. }
        )
    }

    /// What to do next, where that can be said.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        match self.kind() {
            McpErrorKind::NotStarted { .. } => Some(
                "check the command, and that `PATH` finds it; arguments go to `arg`, one for each",
            ),
            McpErrorKind::Ended { .. } => Some(
                "read its last lines on stderr, run the command by hand, and connect again; variables \
                 that it needs are named with `environment`",
            ),
            McpErrorKind::Unreachable { .. } => {
                Some("check the address and that the server is running, and connect again")
            }
            McpErrorKind::Unauthorized { .. } => Some("name the key with `key` or `header_key`"),
            McpErrorKind::Timeout { .. } => {
                Some("give it more time with `start_timeout` or `call_timeout`")
            }
            McpErrorKind::Protocol { .. } => {
                Some("check that it is an MCP server, and that stdout has nothing but its messages")
            }
            McpErrorKind::Tool { .. } => {
                Some("name the tools that you want with `tools_named`, or mend its schema")
            }
            _ => None,
        }
    }
}
