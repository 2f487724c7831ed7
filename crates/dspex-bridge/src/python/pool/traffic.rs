//! What goes over a worker's socket beside calls and their results.

use std::sync::Arc;

use dspex_signature::Value;

use super::link::{Callbacks, Link};
use crate::python::wire::to_worker;

/// Answers one question of a call.
pub(super) async fn answer(
    link: Arc<Link>,
    callback: u64,
    callbacks: Arc<dyn Callbacks>,
    method: String,
    parameters: Value,
) {
    let frame = match callbacks.answer(&method, parameters, link.clone()).await {
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
