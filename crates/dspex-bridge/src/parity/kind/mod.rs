//! The kinds of cases, one file each.

mod format;
mod metric;
mod parse;
mod run;
mod signature;
mod stream;

use std::sync::Arc;

use dspex_signature::{Adapter, FormatError, PreparedAdapter, Signature, TypeTable};
use serde_json::Value as Json;

use super::signature::{Fault, build};
use super::{Case, Verdict};
use crate::engine::ParseDelegate;

/// Replays one case.
pub(super) async fn replay(case: &Case, delegate: Option<&Arc<dyn ParseDelegate>>) -> Verdict {
    match case.kind.as_str() {
        "signature" => signature::replay(case),
        "format" => format::replay(case),
        "parse" => parse::replay(case, delegate).await,
        "run" => run::replay(case, delegate).await,
        "metric" => metric::replay(case),
        "stream" => stream::replay(case),
        other => Verdict::Declined(format!("cases of kind `{other}` are not known")),
    }
}

/// The signature of a case that is about something else.
fn signature_of(case: &Case) -> Result<(Signature, TypeTable), Verdict> {
    build(case.given.get("signature").unwrap_or(&Json::Null)).map_err(|fault| match fault {
        Fault::Declined(reason) => Verdict::Declined(reason),
        Fault::Refused(actual) => Verdict::Differ { expected: case.expect.to_string(), actual },
    })
}

/// The adapter of a case, and whether it falls back to another.
fn adapter_of(case: &Case) -> Result<Adapter, Verdict> {
    match case.text("adapter") {
        "" | "chat" | "chat-nofallback" => Ok(Adapter::Chat),
        "json" => Ok(Adapter::Json),
        "xml" => Ok(Adapter::Xml),
        other => Err(Verdict::Declined(format!("the `{other}` adapter is not known"))),
    }
}

/// The adapter of a case about completions, ready for its signature.
fn prepared(case: &Case) -> Result<PreparedAdapter, Verdict> {
    let adapter = adapter_of(case)?;
    let (signature, _) = signature_of(case)?;
    adapter.prepare(&signature).map_err(|error| not_rendered(case, error))
}

/// The verdict on what an adapter does not render, or refuses to.
fn not_rendered(case: &Case, error: FormatError) -> Verdict {
    match (error, case.error()) {
        (FormatError::Unsupported(unsure), _) => Verdict::Declined(unsure.reason),
        (FormatError::Refused { class, .. }, Some(expected)) if class == expected => {
            Verdict::Native
        }
        (error, _) => {
            Verdict::Differ { expected: case.expect.to_string(), actual: error.to_string() }
        }
    }
}
