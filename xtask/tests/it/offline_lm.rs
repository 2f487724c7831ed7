//! The offline model as a process of its own, its log read line by line.

use std::io::{BufRead, BufReader, Lines};
use std::process::{ChildStdout, Stdio};

use crate::processes::{Owned, xtask};

/// A server, its base URL, and the lines it prints for each completion.
pub(crate) struct Server {
    pub(crate) url: String,
    log: Lines<BufReader<ChildStdout>>,
    child: Owned,
}

impl Server {
    /// A server that takes this long for each answer.
    pub(crate) fn start(latency_ms: u32) -> Self {
        let mut command = xtask(&format!("offline-lm --log --latency-ms {latency_ms}"));
        let mut child = command.stdout(Stdio::piped()).spawn().expect("the server starts");
        let mut log = BufReader::new(child.stdout.take().expect("it is piped")).lines();
        let child = Owned(child);
        let url = log.next().expect("a first line").expect("text");
        assert!(url.starts_with("http://127.0.0.1:"), "{url:?} is a base URL");
        Self { url, log, child }
    }

    /// Waits until a field of this name has been asked for; the server then runs until it is dropped.
    pub(crate) fn await_field(self, field: &str) -> Owned {
        let Self { mut log, child, .. } = self;
        let found = log.by_ref().any(|line| line.is_ok_and(|line| line.contains(field)));
        assert!(found, "a prompt asks for `{field}`");
        // Unread, the log would fill its pipe and stop the server. Ends with the server.
        std::thread::spawn(move || log.for_each(drop));
        child
    }
}
