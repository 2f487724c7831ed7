//! A connected server, and its tools.

use std::error::Error;
use std::fmt;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use dspex_signature::{Tool, nearest};
use rmcp::model::{ClientCapabilities, ClientConfig, Implementation, Tool as ListedTool};
use rmcp::service::{RoleClient, RunningService, ServiceExt as _};
use rmcp::transport::IntoTransport;
use tokio::time::timeout;

use super::builder::{Limits, McpBuilder};
use super::error::{McpError, McpErrorKind};
use super::stdio::Process;
use super::{failure, listing, tool};
use crate::llm::Sent;

/// A server of the Model Context Protocol that is connected.
///
/// Clones share the connection, and so do the tools; it ends when the last of them is dropped.
#[derive(Clone)]
pub struct McpServer(Arc<Connection>);

/// A connection, and the process at its other end where there is one.
pub(super) struct Connection {
    pub(super) place: Place,
    pub(super) service: RunningService<RoleClient, ClientConfig>,
    pub(super) limits: Limits,
    start_timeout: Duration,
}

/// What is at the other end, for errors.
pub(super) struct Place {
    name: String,
    process: Option<Process>,
    /// What no message may repeat.
    sent: Sent,
}

/// Greets what is at the other end of the transport.
pub(super) async fn connect<T, E, A>(
    builder: McpBuilder<T>,
    transport: impl IntoTransport<RoleClient, E, A>,
    process: Option<Process>,
    sent: Sent,
) -> Result<McpServer, McpError>
where
    E: Error + Send + Sync + 'static,
{
    let McpBuilder { name, start_timeout, limits, .. } = builder;
    let place = Place { name, process, sent };
    let own = Implementation::new("dspex", env!("CARGO_PKG_VERSION"));
    let own = ClientConfig::new(ClientCapabilities::default(), own);
    let during = || "connecting".to_owned();
    let greeted = place.watched(Box::pin(own.serve(transport)));
    let kind = match timeout(start_timeout, greeted).await {
        Ok(Ok(service)) => {
            let connection = Connection { place, service, limits, start_timeout };
            return Ok(McpServer(Arc::new(connection)));
        }
        Ok(Err(error)) => failure::of_start(&error, during()),
        Err(_) => McpErrorKind::Timeout { during: during(), after: start_timeout },
    };
    Err(place.error(kind).await)
}

impl McpServer {
    /// What errors call it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0.place.name
    }

    /// All tools that the server lists, in its order. A later call asks again.
    ///
    /// # Errors
    /// [`McpErrorKind::Tool`] names the first tool whose arguments cannot be told to a model as DSPy
    /// would; [`tools_named`](Self::tools_named) leaves it out. Otherwise why there is no list.
    pub async fn tools(&self) -> Result<Vec<Tool>, McpError> {
        let listed = self.listed().await?;
        self.taken(listed).await
    }

    /// The tools of these names, in this order.
    ///
    /// # Errors
    /// As [`tools`](Self::tools), and [`McpErrorKind::NoSuchTool`] for a name that is not listed.
    pub async fn tools_named<N: AsRef<str>>(
        &self,
        names: impl IntoIterator<Item = N>,
    ) -> Result<Vec<Tool>, McpError> {
        let listed = self.listed().await?;
        let mut wanted = Vec::new();
        for name in names {
            match listed.iter().find(|tool| tool.name == name.as_ref()) {
                Some(tool) => wanted.push(tool.clone()),
                None => return Err(self.0.place.error(no_such_tool(name.as_ref(), &listed)).await),
            }
        }
        self.taken(wanted).await
    }

    async fn listed(&self) -> Result<Vec<ListedTool>, McpError> {
        let Connection { place, service, start_timeout, .. } = &*self.0;
        let listed = place.watched(listing::tools(service.peer()));
        let kind = match timeout(*start_timeout, listed).await {
            Ok(Ok(listed)) => return Ok(listed),
            Ok(Err(kind)) => kind,
            Err(_) => {
                McpErrorKind::Timeout { during: listing::DURING.to_owned(), after: *start_timeout }
            }
        };
        Err(place.error(kind).await)
    }

    async fn taken(&self, listed: Vec<ListedTool>) -> Result<Vec<Tool>, McpError> {
        let mut tools = Vec::with_capacity(listed.len());
        for listed in listed {
            match tool::of(&self.0, listed) {
                Ok(tool) => tools.push(tool),
                Err(kind) => return Err(self.0.place.error(kind).await),
            }
        }
        Ok(tools)
    }
}

fn no_such_tool(name: &str, listed: &[ListedTool]) -> McpErrorKind {
    let known: Vec<&str> = listed.iter().map(|tool| &*tool.name).collect();
    McpErrorKind::NoSuchTool {
        tool: name.to_owned(),
        nearest: nearest(name, &known).map(str::to_owned),
        listed: known.into_iter().map(str::to_owned).collect(),
    }
}

impl Place {
    /// The same work, which fails where the process ends.
    pub(super) async fn watched<T>(&self, work: impl Future<Output = T>) -> T {
        let Some(process) = &self.process else { return work.await };
        let mut work = pin!(work);
        tokio::select! {
            biased;
            done = &mut work => return done,
            () = process.ended() => {}
        }
        // Its pipes are closed, or will be in a moment.
        work.await
    }

    /// What happened, told as the end of the process where that is why, without keys.
    pub(super) async fn error(&self, kind: McpErrorKind) -> McpError {
        let kind = kind.scrubbed(&self.sent);
        let Some(process) = &self.process else {
            return McpError::new(&self.name, kind);
        };
        let end = match kind {
            McpErrorKind::Unreachable { .. } => process.end().await,
            _ => None,
        };
        let kind = match (kind, end) {
            (McpErrorKind::Unreachable { during, .. }, Some(status)) => {
                let line = process.stderr().last_line();
                McpErrorKind::Ended { during, how: status.to_string(), line }
            }
            (kind, _) => kind,
        };
        McpError::new(&self.name, kind).with_stderr(process.stderr().text())
    }
}

impl fmt::Debug for McpServer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("McpServer").field("name", &self.name()).finish_non_exhaustive()
    }
}
