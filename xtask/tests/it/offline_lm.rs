//! The offline model as a process of its own, its log read line by line.

use std::io::{BufRead, BufReader, Lines};
use std::process::{Child, ChildStdout, Stdio};
use std::time::Duration;

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

    /// Waits until `client` has asked for a field of this name; the server then runs until it is
    /// dropped.
    pub(crate) fn await_field(self, field: &str, client: &mut Child) -> Owned {
        let Self { log, child, .. } = self;
        let (sender, receiver) = std::sync::mpsc::channel();
        // Reads on when nobody listens: unread, the log would fill its pipe and stop the server.
        std::thread::spawn(move || {
            log.map_while(Result::ok).for_each(|line| drop(sender.send(line)));
        });
        loop {
            match receiver.recv_timeout(Duration::from_millis(200)) {
                Ok(line) if line.contains(field) => return child,
                _ => {}
            }
            let ended = client.try_wait().expect("its state can be asked for");
            assert!(ended.is_none(), "{ended:?} before a prompt asked for `{field}`");
        }
    }
}
