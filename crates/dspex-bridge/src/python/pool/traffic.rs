//! What goes over a worker's socket beside calls and their results.

use std::sync::Arc;

use dspex_signature::Value;
use tokio::io::AsyncWriteExt;
use tokio::net::unix::OwnedWriteHalf;
use tokio::sync::mpsc;

use super::link::{Callbacks, Link};
use crate::python::wire::to_worker;

/// Sends frames as they come.
pub(super) async fn write(
    mut socket: OwnedWriteHalf,
    mut frames: mpsc::UnboundedReceiver<Vec<u8>>,
) {
    while let Some(frame) = frames.recv().await {
        // A worker that has ended is noticed where its messages are read.
        if socket.write_all(&frame).await.is_err() {
            return;
        }
    }
}

/// Answers one question of a call.
pub(super) async fn answer(
    link: Arc<Link>,
    callback: u64,
    callbacks: Arc<dyn Callbacks>,
    method: String,
    parameters: Value,
) {
    let frame = match callbacks.answer(&method, parameters).await {
        Ok(value) => to_worker::callback_result(callback, value),
        Err(failure) => to_worker::callback_error(callback, failure.kind, &failure.message),
    };
    let frame =
        frame.or_else(|error| to_worker::callback_error(callback, "protocol", &error.to_string()));
    if let Ok(frame) = frame {
        link.send(frame);
    }
}

/// A record of Python's logging as one of `tracing`.
pub(super) fn log(pool: &str, pid: u32, level: &str, logger: &str, text: &str) {
    match level {
        "critical" | "error" => {
            tracing::error!(target: "dspex::python", pool, pid, logger, "{text}");
        }
        "warning" => tracing::warn!(target: "dspex::python", pool, pid, logger, "{text}"),
        _ => tracing::info!(target: "dspex::python", pool, pid, logger, "{text}"),
    }
}
