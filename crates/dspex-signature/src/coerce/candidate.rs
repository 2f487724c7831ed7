//! A field's text into the value that pydantic then sees.

use super::Doubts;
use crate::{
    Unsure, Value,
    literal::{Literal, literal_eval},
    repair,
};

/// The value DSPy would hand to pydantic, or why only DSPy can tell.
///
/// DSPy tries `json_repair.loads`; where that finds nothing in a text, `ast.literal_eval`; and
/// where that refuses the text, the text itself.
///
/// Where doubts are ignored, a text that may be a literal is the text itself.
pub(super) fn candidate(text: &str, doubts: Doubts) -> Result<Value, Unsure> {
    // Python's words are the most frequent texts that are not JSON.
    match text {
        "True" => return Ok(Value::Bool(true)),
        "False" => return Ok(Value::Bool(false)),
        "None" => return Ok(Value::Null),
        _ => {}
    }
    let repaired = repair(text).known(doubts);
    match repaired.map_err(|doubt| Unsure { reason: doubt.to_string() })? {
        Value::Text(repaired) if repaired.is_empty() && !text.is_empty() => {
            evaluated(text, doubts).map_err(|reason| Unsure { reason: reason.to_owned() })
        }
        repaired => Ok(repaired),
    }
}

/// `ast.literal_eval`, or the text where that refuses it.
fn evaluated(text: &str, doubts: Doubts) -> Result<Value, &'static str> {
    match literal_eval(text) {
        Literal::Is(value) => Ok(value),
        Literal::Refused => Ok(Value::Text(text.to_owned())),
        Literal::Unsure(_) if doubts == Doubts::Ignored => Ok(Value::Text(text.to_owned())),
        Literal::Unsure(reason) => Err(reason),
    }
}
