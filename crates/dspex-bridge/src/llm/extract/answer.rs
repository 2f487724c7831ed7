//! What a model answered, as a value of the type.

use dspex_signature::{Coerced, FieldType, Value, repair, validate};

use super::rule::Rule;
use super::schema::KEY;
use super::{ExtractMode, Plan};
use crate::call::CallErrorKind;
use crate::llm::Completion;

/// Why an answer is not accepted.
pub(super) struct Refused {
    /// What is wrong, in words for the model and for the user.
    pub(super) faults: Vec<String>,
    pub(super) kind: CallErrorKind,
}

impl Refused {
    fn parse(faults: Vec<String>, completion: &str) -> Box<Self> {
        let (message, completion) = (faults.join("; "), completion.to_owned());
        let kind = CallErrorKind::Parse { message, missing: Vec::new(), completion };
        Box::new(Self { faults, kind })
    }
}

impl<T: FieldType> Plan<T> {
    /// The value that an answer holds, checked against the type and the rules.
    pub(super) fn read(
        &self,
        mode: ExtractMode,
        completion: &Completion,
    ) -> Result<T, Box<Refused>> {
        let text = written(mode, completion);
        let refused = |faults| Refused::parse(faults, text);
        let value = json(text).ok_or_else(|| refused(vec!["it holds no JSON object".into()]))?;
        let value = self.unwrapped(value);
        let checked = match validate(&self.ty, value.clone()) {
            Coerced::Exact(value) => value,
            Coerced::Fails(faults) => {
                let faults = faults.iter().map(ToString::to_string).collect();
                return Err(refused(faults));
            }
            // The Rust type is the last to say.
            Coerced::Unsure(_) => value,
        };
        let value = T::from_value(&checked).map_err(|fault| refused(vec![fault.to_string()]))?;
        match Rule::broken(&self.rules, &value) {
            rules if rules.is_empty() => Ok(value),
            rules => {
                let (faults, kind) = (rules.clone(), CallErrorKind::Rules { rules });
                Err(Box::new(Refused { faults, kind }))
            }
        }
    }

    /// The value itself, where it stands under a key.
    fn unwrapped(&self, value: Value) -> Value {
        match value {
            Value::Map(mut fields) if self.schema.is_wrapped && fields.contains(KEY) => {
                fields.remove(KEY).unwrap_or(Value::Null)
            }
            value => value,
        }
    }
}

/// Where in an answer the JSON is sought.
pub(super) fn written(mode: ExtractMode, completion: &Completion) -> &str {
    match mode {
        ExtractMode::Tool => match completion.tool_calls.first() {
            Some(call) => &call.arguments,
            None => &completion.text,
        },
        _ => &completion.text,
    }
}

/// JSON as it stands, or what was probably meant; nothing where there is none.
fn json(text: &str) -> Option<Value> {
    let value = Value::from_json(text).unwrap_or_else(|_| match repair(text) {
        dspex_signature::Repair::Exact(repaired) | dspex_signature::Repair::Unsure(_, repaired) => {
            repaired.value
        }
    });
    value.as_map().is_some().then_some(value)
}
