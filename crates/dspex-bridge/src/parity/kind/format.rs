//! `format`: a signature, demos and inputs against the messages that DSPy made of them.

use dspex_signature::{ChatAdapter, Fields, FormatError, Signature, TypeTable};
use serde_json::Value as Json;

use super::{declined_adapter, signature_of};
use crate::parity::{Case, Verdict, compare, value};

pub(super) fn replay(case: &Case) -> Verdict {
    if let Some(declined) = declined_adapter(case) {
        return declined;
    }
    let (signature, types) = match signature_of(case) {
        Ok(signature) => signature,
        Err(verdict) => return verdict,
    };
    let (demos, inputs) = match given(case, &signature, &types) {
        Ok(given) => given,
        Err(reason) => return Verdict::Declined(reason),
    };
    match (ChatAdapter.format(&signature, &demos, &inputs), case.error()) {
        (Err(FormatError::Unsupported(unsure)), _) => Verdict::Declined(unsure.reason),
        (Err(FormatError::Refused { class, .. }), Some(expected)) if class == expected => {
            Verdict::Native
        }
        (Err(error), _) => {
            Verdict::Differ { expected: case.expect.to_string(), actual: error.to_string() }
        }
        (Ok(messages), Some(_)) => Verdict::Differ {
            expected: case.expect.to_string(),
            actual: compare::messages(&messages).to_string(),
        },
        (Ok(messages), None) => compare::verdict(
            &case.expect["messages"],
            &compare::messages(&messages),
            Verdict::Native,
        ),
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
