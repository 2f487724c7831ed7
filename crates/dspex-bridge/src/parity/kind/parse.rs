//! `parse`: a completion against the outputs that DSPy read in it.

use std::sync::Arc;

use dspex_signature::{Parsed, PreparedAdapter};
use dspex_telemetry::Recorder;

use super::prepared;
use crate::call::{CallContext, CallError, CallErrorKind};
use crate::engine::ParseDelegate;
use crate::parity::{Case, Verdict, compare};

/// DSPy's class for a completion that an adapter refuses.
pub(super) const PARSE_ERROR: &str = "AdapterParseError";

pub(super) async fn replay(case: &Case, delegate: Option<&Arc<dyn ParseDelegate>>) -> Verdict {
    let prepared = match prepared(case) {
        Ok(prepared) => prepared,
        Err(verdict) => return verdict,
    };
    match prepared.parse(case.text("completion")) {
        Parsed::Exact(outputs) => answered(case, &compare::outputs(&outputs), Verdict::Native),
        Parsed::Fails(_) => failed(case, PARSE_ERROR, Verdict::Native),
        Parsed::Unsure(unsure) => {
            let verdict = Verdict::Delegated(unsure.reason);
            match delegate {
                Some(delegate) => delegated(case, &prepared, delegate, verdict).await,
                None => verdict,
            }
        }
    }
}

async fn delegated(
    case: &Case,
    prepared: &PreparedAdapter,
    delegate: &Arc<dyn ParseDelegate>,
    verdict: Verdict,
) -> Verdict {
    let context = CallContext::new(Recorder::new());
    let completion = case.text("completion");
    let (adapter, signature) = (prepared.adapter(), prepared.signature());
    match delegate.parse(adapter, signature, completion, &context).await {
        Ok(outputs) => answered(case, &compare::outputs(&outputs), verdict),
        // A value that no worker can send is refused with its name, which is no wrong answer.
        Err(error) => match error.kind() {
            CallErrorKind::NotSupportedYet { what } => Verdict::Declined(what.clone()),
            _ => failed(case, &class_of(&error), verdict),
        },
    }
}

/// The verdict on an answer.
fn answered(case: &Case, actual: &serde_json::Value, when_equal: Verdict) -> Verdict {
    match case.expect.get("outputs") {
        Some(expected) => compare::verdict(expected, actual, when_equal),
        None => Verdict::Differ { expected: case.expect.to_string(), actual: actual.to_string() },
    }
}

/// The verdict on a refusal.
fn failed(case: &Case, class: &str, when_equal: Verdict) -> Verdict {
    match case.error() {
        Some(expected) if expected == class => when_equal,
        _ => Verdict::Differ { expected: case.expect.to_string(), actual: class.to_owned() },
    }
}

/// The class that DSPy would raise for an error of a worker.
fn class_of(error: &CallError) -> String {
    match error.kind() {
        CallErrorKind::Parse { .. } => PARSE_ERROR.to_owned(),
        CallErrorKind::Python(exception) => {
            exception.type_name.rsplit('.').next().unwrap_or_default().to_owned()
        }
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;

    /// What becomes without Python of the completions that only DSPy can tell.
    #[test]
    fn most_likely_readings_are_mostly_those_of_dspy() {
        let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("../dspex-signature/parity/own.jsonl");
        let own = fs::read_to_string(own).unwrap();
        let cases = own.lines().map(|line| serde_json::from_str::<Case>(line).unwrap());
        let (mut equal, mut other, mut none) = (0, 0, 0);
        for case in cases.filter(|case| case.kind == "parse") {
            let prepared = prepared(&case).ok().unwrap();
            let completion = case.text("completion");
            if !matches!(prepared.parse(completion), Parsed::Unsure(_)) {
                continue;
            }
            let verdict = match prepared.parse_approximately(completion) {
                Some(Ok(outputs)) => answered(&case, &compare::outputs(&outputs), Verdict::Native),
                Some(Err(_)) => failed(&case, PARSE_ERROR, Verdict::Native),
                None => {
                    none += 1;
                    // Of these DSPy reads none either.
                    assert!(case.error().is_some(), "{}", case.id);
                    continue;
                }
            };
            match verdict {
                Verdict::Native => equal += 1,
                _ => other += 1,
            }
        }
        // The other one is `١`, which is 1 to Python.
        assert_eq!((equal, other, none), (28, 1, 22));
    }
}
