//! `signature`: a notation and operations against the fields that DSPy made of them.

use dspex_signature::{Field, Signature};
use serde_json::{Value as Json, json};

use crate::parity::signature::{Fault, build};
use crate::parity::{Case, Verdict, compare};

pub(super) fn replay(case: &Case) -> Verdict {
    let built = build(case.given.get("signature").unwrap_or(&Json::Null));
    match (built, case.error()) {
        (Err(Fault::Declined(reason)), _) => Verdict::Declined(reason),
        (Err(Fault::Refused(_)), Some(_)) => Verdict::Native,
        (Err(Fault::Refused(actual)), None) => {
            Verdict::Differ { expected: case.expect.to_string(), actual }
        }
        (Ok((signature, _)), _) => {
            compare::verdict(&case.expect, &described(&signature), Verdict::Native)
        }
    }
}

fn described(signature: &Signature) -> Json {
    let fields = |fields: &[Field]| fields.iter().map(field).collect::<Vec<_>>();
    json!({
        "instructions": signature.instructions(),
        "inputs": fields(signature.inputs()),
        "outputs": fields(signature.outputs()),
    })
}

fn field(field: &Field) -> Json {
    let mut described = json!({
        "name": field.name,
        "type": field.ty.prompt_name(),
        "prefix": field.prefix(),
        "desc": field.desc(),
    });
    // Of some constraints, DSPy's prompts say nothing.
    let constraints = field.constraints.to_string();
    if !constraints.is_empty() {
        described["constraints"] = constraints.into();
    }
    if let Some(default) = &field.default {
        described["default"] = compare::value_json(default);
    }
    described
}
