//! The kinds of cases, one file each.

mod format;
mod metric;
mod parse;
mod run;
mod signature;

use std::sync::Arc;

use dspex_signature::{Signature, TypeTable};
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

/// Adapters that the native engine does not have.
fn declined_adapter(case: &Case) -> Option<Verdict> {
    let adapter = case.text("adapter");
    let native = ["", "chat", "chat-nofallback"].contains(&adapter);
    (!native).then(|| Verdict::Declined(format!("the `{adapter}` adapter is not native yet")))
}
