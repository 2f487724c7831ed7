//! How a server is reached: a command to run, or an address.

use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use super::error::{McpError, McpErrorKind};
use super::server::McpServer;
use super::{http, stdio};
use crate::llm::Key;

/// A server that is not connected yet; [`McpServer::stdio`] and [`McpServer::http`] make one.
#[derive(Clone)]
#[must_use = "a server does nothing until it is connected"]
pub struct McpBuilder<T> {
    pub(super) target: T,
    pub(super) name: String,
    pub(super) start_timeout: Duration,
    pub(super) limits: Limits,
}

/// What holds for the calls of a server's tools.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    pub(super) call_timeout: Duration,
    pub(super) wants_data: bool,
}

/// A process that is spoken to by its standard input and output.
#[derive(Clone)]
pub struct Stdio {
    pub(super) command: OsString,
    pub(super) arguments: Vec<OsString>,
    pub(super) inherited: Vec<OsString>,
    pub(super) variables: Vec<(OsString, OsString)>,
    pub(super) directory: Option<PathBuf>,
}

/// A server behind an address.
#[derive(Clone)]
pub struct Http {
    pub(super) url: String,
    pub(super) headers: Vec<(String, String)>,
    /// The name of a header, what stands before the key, and the key.
    pub(super) keys: Vec<(String, &'static str, Key)>,
}

impl McpServer {
    /// A server that is a program: `uvx`, `npx`, one of your own. It is looked for as a shell would, but
    /// no shell is involved.
    pub fn stdio(command: impl Into<OsString>) -> McpBuilder<Stdio> {
        let command = command.into();
        let name = command.to_string_lossy().into_owned();
        let target = Stdio {
            command,
            arguments: Vec::new(),
            inherited: Vec::new(),
            variables: Vec::new(),
            directory: None,
        };
        McpBuilder::new(name, target)
    }

    /// A server behind an address, spoken to over streamable HTTP: `https://example.com/mcp`.
    pub fn http(url: impl Into<String>) -> McpBuilder<Http> {
        let url = url.into();
        let name = crate::llm::place(&url);
        McpBuilder::new(name, Http { url, headers: Vec::new(), keys: Vec::new() })
    }
}

impl<T> McpBuilder<T> {
    /// How long a server may take until it greets, and to list its tools, where nobody says. Some are
    /// downloaded first.
    pub const DEFAULT_START_TIMEOUT: Duration = Duration::from_secs(60);
    /// How long a tool may take where nobody says; a call's own deadline holds as well.
    pub const DEFAULT_CALL_TIMEOUT: Duration = Duration::from_mins(5);

    const fn new(name: String, target: T) -> Self {
        let limits = Limits { call_timeout: Self::DEFAULT_CALL_TIMEOUT, wants_data: false };
        Self { target, name, start_timeout: Self::DEFAULT_START_TIMEOUT, limits }
    }

    /// What errors call the server: the command or the address where nobody says.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// How long the server may take until it greets, and to list its tools.
    pub const fn start_timeout(mut self, timeout: Duration) -> Self {
        self.start_timeout = timeout;
        self
    }

    /// How long a tool may take; a call's own deadline holds as well. The server is told of a call that
    /// nobody waits for any more.
    pub const fn call_timeout(mut self, timeout: Duration) -> Self {
        self.limits.call_timeout = timeout;
        self
    }

    /// Tools answer with what the server tells as data, where it does, and with its text elsewhere:
    /// `result_mode="structured"` of DSPy.
    pub const fn structured(mut self) -> Self {
        self.limits.wants_data = true;
        self
    }

    pub(super) fn error(&self, kind: McpErrorKind) -> McpError {
        McpError::new(&self.name, kind)
    }
}

impl McpBuilder<Stdio> {
    /// One argument more.
    pub fn arg(mut self, argument: impl Into<OsString>) -> Self {
        self.target.arguments.push(argument.into());
        self
    }

    /// Further arguments.
    pub fn args<A: Into<OsString>>(mut self, arguments: impl IntoIterator<Item = A>) -> Self {
        self.target.arguments.extend(arguments.into_iter().map(Into::into));
        self
    }

    /// Variables of this process that the server may see, beside `PATH`, `HOME`, `USER`, `LOGNAME`,
    /// `LANG`, `LC_ALL`, `LC_CTYPE`, `TZ` and `TMPDIR`. One that is not set here is not set there.
    pub fn environment<N: Into<OsString>>(mut self, names: impl IntoIterator<Item = N>) -> Self {
        self.target.inherited.extend(names.into_iter().map(Into::into));
        self
    }

    /// A variable that the server gets. A key belongs into a variable of this process, which
    /// [`environment`](Self::environment) names.
    pub fn variable(mut self, name: impl Into<OsString>, value: impl Into<OsString>) -> Self {
        self.target.variables.push((name.into(), value.into()));
        self
    }

    /// The directory that the server runs in, this process's where nobody says.
    pub fn directory(mut self, directory: impl Into<PathBuf>) -> Self {
        self.target.directory = Some(directory.into());
        self
    }

    /// Starts the process and greets it. It ends, and its children with it, when the server and all its
    /// tools are dropped.
    ///
    /// # Errors
    /// [`McpError`] for a command that cannot be run, a process that ends or does not greet.
    pub async fn connect(self) -> Result<McpServer, McpError> {
        stdio::connect(self).await
    }
}

impl McpBuilder<Http> {
    /// A header of every request, with a value that is no secret; for keys there is
    /// [`header_key`](Self::header_key).
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.target.headers.push((name.into(), value.into()));
        self
    }

    /// Where the key comes from that every request carries as `Authorization: Bearer`. It is read when
    /// the server is connected.
    pub fn key(mut self, key: Key) -> Self {
        self.target.keys.push(("authorization".to_owned(), "Bearer ", key));
        self
    }

    /// Where the key comes from that every request carries as it is in the header of this name.
    pub fn header_key(mut self, name: impl Into<String>, key: Key) -> Self {
        self.target.keys.push((name.into(), "", key));
        self
    }

    /// Greets the server.
    ///
    /// # Errors
    /// [`McpError`] for an address, a header or a key that cannot be used, and for a server that cannot
    /// be reached or does not greet.
    pub async fn connect(self) -> Result<McpServer, McpError> {
        http::connect(self).await
    }
}

/// Arguments and variables may hold what is private, so that none of them is shown.
impl fmt::Debug for McpBuilder<Stdio> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = formatter.debug_struct("McpBuilder");
        debug.field("name", &self.name).field("command", &self.target.command);
        debug.finish_non_exhaustive()
    }
}

impl fmt::Debug for McpBuilder<Http> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = formatter.debug_struct("McpBuilder");
        debug.field("name", &self.name).field("url", &crate::llm::place(&self.target.url));
        debug.finish_non_exhaustive()
    }
}
