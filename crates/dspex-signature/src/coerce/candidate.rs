//! A field's text into the value that pydantic then sees, where that needs no repair.

use crate::{
    JsonErrorKind, Unsure, Value,
    literal::{Literal, literal_eval},
};

/// The value DSPy would hand to pydantic, or why only DSPy can tell.
///
/// DSPy tries `json_repair.loads`; where that finds nothing in a text, `ast.literal_eval`; and
/// where that refuses the text, the text itself.
pub(super) fn candidate(text: &str) -> Result<Value, Unsure> {
    // Python's words are the most frequent texts that are not JSON.
    match text {
        "True" => return Ok(Value::Bool(true)),
        "False" => return Ok(Value::Bool(false)),
        "None" => return Ok(Value::Null),
        _ => {}
    }
    let unsure = |reason: &str| Unsure { reason: reason.to_owned() };
    match repaired(text).map_err(unsure)? {
        Value::Text(repaired) if repaired.is_empty() && !text.is_empty() => {
            evaluated(text).map_err(unsure)
        }
        repaired => Ok(repaired),
    }
}

/// `json_repair.loads`, which reads strict JSON with `json.loads` and otherwise looks for the
/// first bracket that could open a value. Without any bracket it finds nothing.
fn repaired(text: &str) -> Result<Value, &'static str> {
    match Value::from_python_json(text) {
        Ok(value) => return Ok(value),
        Err(error) if matches!(error.kind(), JsonErrorKind::Expected(_)) => {}
        Err(_) => return Err("its JSON goes beyond what is read natively"),
    }
    if text.contains(['{', '[', '(', '}']) {
        return Err("its text is not strict JSON and may be repairable");
    }
    // Each run of comments nests a call of the repairs.
    let n_comments = text.bytes().filter(|byte| matches!(byte, b'#' | b'/')).count();
    if n_comments > 20 {
        Err("its comments may nest too deep to be read")
    } else {
        Ok(Value::Text(String::new()))
    }
}

/// `ast.literal_eval`, or the text where that refuses it.
fn evaluated(text: &str) -> Result<Value, &'static str> {
    match literal_eval(text) {
        Literal::Is(value) => Ok(value),
        Literal::Refused => Ok(Value::Text(text.to_owned())),
        Literal::Unsure(reason) => Err(reason),
    }
}
