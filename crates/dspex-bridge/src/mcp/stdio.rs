//! A server that is a child process.

use std::process::{ExitStatus, Stdio as Pipe};
use std::time::Duration;

use rmcp::transport::async_rw::AsyncRwTransport;
use tokio::process::Command;
use tokio::sync::Mutex;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::builder::{McpBuilder, Stdio};
use super::error::{McpError, McpErrorKind};
use super::server::{self, McpServer};
use crate::llm::Sent;
use crate::running::Running;
use crate::stderr::StderrTail;

/// The variables that every server gets; a key is none of them.
const INHERITED: [&str; 9] =
    ["PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR"];

/// How long is waited for the end of a process that has closed its output.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// The process of a server. Dropping it kills the process and its children.
#[derive(Debug)]
pub(super) struct Process {
    child: Mutex<Child>,
    stderr: StderrTail,
}

#[derive(Debug)]
struct Child {
    running: Running,
    // What reads stderr; dropping it ends that.
    reader: JoinSet<()>,
}

/// Starts the process and greets it.
pub(super) async fn connect(builder: McpBuilder<Stdio>) -> Result<McpServer, McpError> {
    let started = Running::start(command(&builder.target));
    let mut running = started
        .map_err(|error| builder.error(McpErrorKind::NotStarted { reason: error.to_string() }))?;
    let (stdin, stdout, stderr) =
        (running.0.stdin.take(), running.0.stdout.take(), running.0.stderr.take());
    let streams = stdin.zip(stdout).zip(stderr);
    let ((stdin, stdout), stderr) = streams.expect("the command asks for pipes");
    let (tail, mut reader) = (StderrTail::default(), JoinSet::new());
    let name = builder.name.clone();
    let log = move |line: &str| tracing::info!(target: "dspex::mcp", server = name, "{line}");
    reader.spawn(tail.clone().follow(stderr, log));
    let process = Process { child: Child { running, reader }.into(), stderr: tail };
    let transport = AsyncRwTransport::new_client(stdout, stdin);
    server::connect(builder, transport, Some(process), Sent::default()).await
}

fn command(target: &Stdio) -> Command {
    let mut command = Command::new(&target.command);
    command.args(&target.arguments).env_clear();
    let named = target.inherited.iter().map(|name| &**name);
    for name in INHERITED.iter().map(AsRef::as_ref).chain(named) {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    command.envs(target.variables.iter().map(|(name, value)| (name, value)));
    if let Some(directory) = &target.directory {
        command.current_dir(directory);
    }
    command.stdin(Pipe::piped()).stdout(Pipe::piped()).stderr(Pipe::piped());
    command
}

impl Process {
    /// Waits until the process has ended, and ends what it leaves behind: that may hold the pipes open,
    /// by which its end would be seen.
    pub(super) async fn ended(&self) {
        let _ = self.child.lock().await.running.ended().await;
    }

    /// How it has ended, once it has closed its output; `None` where it runs on.
    pub(super) async fn end(&self) -> Option<ExitStatus> {
        let end = async {
            let mut child = self.child.lock().await;
            let status = child.running.ended().await.ok()?;
            // What it wrote last is on its way still.
            let _ = timeout(LAST_WORDS, child.reader.join_next()).await;
            Some(status)
        };
        timeout(2 * LAST_WORDS, end).await.ok()?
    }

    pub(super) fn stderr(&self) -> &StderrTail {
        &self.stderr
    }
}
