//! Frames on their way to a worker: written at once as far as the socket takes them, the rest by a task.

use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::net::unix::OwnedWriteHalf;
use tokio::sync::Notify;

/// Where frames for one worker go in.
pub(super) struct Outbox {
    socket: OwnedWriteHalf,
    backlog: Mutex<Backlog>,
    has_backlog: Notify,
}

/// What the socket has not taken yet.
#[derive(Default)]
struct Backlog {
    frames: VecDeque<Vec<u8>>,
    /// How much of the first frame is written.
    n_written: usize,
    /// Whether the worker reads no more.
    is_closed: bool,
}

impl Outbox {
    pub(super) fn new(socket: OwnedWriteHalf) -> Self {
        Self { socket, backlog: Mutex::default(), has_backlog: Notify::new() }
    }

    /// Sends a frame behind all earlier ones; `false` when the worker reads no more.
    pub(super) fn send(&self, frame: Vec<u8>) -> bool {
        let mut backlog = self.backlog();
        let had_none = backlog.frames.is_empty();
        backlog.frames.push_back(frame);
        if had_none {
            self.write(&mut backlog);
            if !backlog.frames.is_empty() {
                self.has_backlog.notify_one();
            }
        }
        !backlog.is_closed
    }

    /// Writes what is left as the socket takes it, until the worker reads no more.
    pub(super) async fn flush(self: Arc<Self>) {
        loop {
            self.has_backlog.notified().await;
            while !self.backlog().frames.is_empty() {
                if self.socket.writable().await.is_err() {
                    return;
                }
                self.write(&mut self.backlog());
            }
            if self.backlog().is_closed {
                return;
            }
        }
    }

    fn backlog(&self) -> MutexGuard<'_, Backlog> {
        self.backlog.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes as much as the socket takes now.
    fn write(&self, backlog: &mut Backlog) {
        while let Some(frame) = backlog.frames.front() {
            match self.socket.try_write(&frame[backlog.n_written..]) {
                Ok(n_bytes) if backlog.n_written + n_bytes < frame.len() => {
                    backlog.n_written += n_bytes;
                }
                Ok(_) => {
                    backlog.n_written = 0;
                    backlog.frames.pop_front();
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return,
                // A worker that has ended is noticed where its messages are read.
                Err(_) => {
                    backlog.is_closed = true;
                    backlog.frames.clear();
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncReadExt as _;
    use tokio::net::UnixStream;
    use tokio::task::JoinSet;

    use super::*;

    #[tokio::test]
    async fn frames_arrive_whole_and_in_order_however_slow_the_reader() {
        let (ours, mut theirs) = UnixStream::pair().unwrap();
        let outbox = Arc::new(Outbox::new(ours.into_split().1));
        let mut flushing = JoinSet::new();
        flushing.spawn(outbox.clone().flush());
        let frames: Vec<Vec<u8>> =
            (0..40_u8).map(|index| vec![index; 10_000 * usize::from(index % 7) + 1]).collect();
        for frame in &frames {
            assert!(outbox.send(frame.clone()));
        }
        let expected = frames.concat();
        let mut read = vec![0; expected.len()];
        theirs.read_exact(&mut read).await.unwrap();
        assert!(read == expected, "frames differ");
        drop(theirs);
        assert!(!outbox.send(vec![1]), "nobody reads");
    }
}
