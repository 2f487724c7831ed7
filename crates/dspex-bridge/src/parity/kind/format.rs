//! `format`: a signature, demos and inputs against the messages that DSPy made of them.

use dspex_signature::{Fields, Signature, TypeTable};
use serde_json::Value as Json;

use super::{adapter_of, not_rendered, signature_of};
use crate::parity::{Case, Verdict, compare, value};

pub(super) fn replay(case: &Case) -> Verdict {
    let adapter = match adapter_of(case) {
        Ok(adapter) => adapter,
        Err(verdict) => return verdict,
    };
    let (signature, types) = match signature_of(case) {
        Ok(signature) => signature,
        Err(verdict) => return verdict,
    };
    let (demos, inputs) = match given(case, &signature, &types) {
        Ok(given) => given,
        Err(reason) => return Verdict::Declined(reason),
    };
    let prepared = adapter.prepare(&signature);
    let messages = match prepared.and_then(|adapter| adapter.format(&demos, &inputs)) {
        Ok(messages) => compare::messages(&messages),
        Err(error) => return not_rendered(case, error),
    };
    match case.error() {
        Some(_) => {
            Verdict::Differ { expected: case.expect.to_string(), actual: messages.to_string() }
        }
        None => compare::verdict(&case.expect["messages"], &messages, Verdict::Native),
    }
}

/// The demos and the inputs of a case.
///
/// # Errors
/// Why only Python can build them.
pub(super) fn given(
    case: &Case,
    signature: &Signature,
    types: &TypeTable,
) -> Result<(Vec<Fields>, Fields), String> {
    let fields = |json: &Json| match json.as_object() {
        Some(given) => value::fields(given, signature, types),
        None => Ok(Fields::new()),
    };
    let demos = case.given.get("demos").and_then(Json::as_array);
    let demos = demos.into_iter().flatten().map(fields).collect::<Result<_, _>>()?;
    Ok((demos, fields(case.given.get("inputs").unwrap_or(&Json::Null))?))
}
