//! What a child writes to stderr: into the log, and kept for error reports.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, BufReader};

/// How many lines are kept.
const MAX_LINES: usize = 20;
/// How many bytes of a line are kept; the rest counts as further lines.
const MAX_LINE_BYTES: u64 = 1024;

/// The last lines that a child wrote.
#[derive(Clone, Debug, Default)]
pub(crate) struct StderrTail(Arc<Mutex<VecDeque<String>>>);

impl StderrTail {
    /// The lines, oldest first.
    pub(crate) fn text(&self) -> String {
        let lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lines.iter().map(String::as_str).collect::<Vec<_>>().join("\n")
    }

    /// The last line; empty when nothing was written.
    pub(crate) fn last_line(&self) -> String {
        let lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lines.back().cloned().unwrap_or_default()
    }

    /// Takes lines until the stream ends, and logs each.
    pub(crate) async fn follow(self, stream: impl AsyncRead + Unpin, log: impl Fn(&str)) {
        let mut stream = BufReader::new(stream);
        let mut line = Vec::new();
        while let Ok(1..) = (&mut stream).take(MAX_LINE_BYTES).read_until(b'\n', &mut line).await {
            let text = String::from_utf8_lossy(&line).trim_end().to_owned();
            line.clear();
            log(&text);
            let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if lines.len() == MAX_LINES {
                lines.pop_front();
            }
            lines.push_back(text);
        }
    }
}
